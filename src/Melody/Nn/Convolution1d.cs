using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Convolution over time in <see cref="ComputePrecision.Current"/>: [batch, inputs, length] -> [batch, outputs, length'],
/// optionally weight-normalised (parameters <c>weight_v</c>, <c>weight_g</c> in place of <c>weight</c>).
/// </summary>
internal sealed class Convolution1d : Network<Tensor, Tensor>
{
    private readonly Parameter _weight,
        _bias;
    private readonly Parameter? _magnitude;
    private readonly long _stride,
        _padding,
        _dilation,
        _groups;

    public Convolution1d(
        long inputs,
        long outputs,
        long kernel,
        ParameterFactory parameters,
        long stride = 1,
        long padding = 0,
        long dilation = 1,
        long groups = 1,
        bool weightNorm = false,
        double? standardDeviation = null
    )
        : base(nameof(Convolution1d))
    {
        (_stride, _padding, _dilation, _groups) = (stride, padding, dilation, groups);
        double deviation = standardDeviation ?? 1 / Math.Sqrt(inputs / groups * kernel);
        _weight = parameters.Normal(deviation, outputs, inputs / groups, kernel);
        Add(weightNorm ? "weight_v" : "weight", _weight);
        if (weightNorm)
        {
            // |v| of the initial direction is deviation * sqrt(fan in) in expectation
            _magnitude = parameters.Constant(deviation * Math.Sqrt(inputs / groups * kernel), outputs, 1, 1);
            Add("weight_g", _magnitude);
        }
        _bias = parameters.Constant(0, outputs);
        Add("bias", _bias);
    }

    /// <summary>The weight, [outputs, inputs / groups, kernel]; its direction where it is normalised.</summary>
    public Parameter Weight => _weight;

    /// <summary>The bias, [outputs].</summary>
    public Parameter Bias => _bias;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var weight = _magnitude is null ? _weight : WeightNormalization.Apply(_weight, _magnitude);
        return AlignedConvolution.Convolve1d(input, weight, _bias, _stride, _padding, _dilation, _groups);
    }
}
