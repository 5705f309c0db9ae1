using Melody.Nn;
using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// Transposed convolution over time in <see cref="ComputePrecision.Current"/>: [batch, inputs, length] ->
/// [batch, outputs, length'], optionally weight-normalised per input channel.
/// </summary>
internal sealed class TransposedConvolution1d : Network<Tensor, Tensor>
{
    private readonly Parameter _weight,
        _bias;
    private readonly Parameter? _magnitude;
    private readonly long _stride,
        _padding,
        _outputPadding;

    public TransposedConvolution1d(
        long inputs,
        long outputs,
        long kernel,
        ParameterFactory parameters,
        long stride,
        long padding,
        long outputPadding = 0,
        bool weightNorm = false
    )
        : base(nameof(TransposedConvolution1d))
    {
        (_stride, _padding, _outputPadding) = (stride, padding, outputPadding);
        double deviation = 1 / Math.Sqrt((double)inputs * kernel / stride);
        _weight = parameters.Normal(deviation, inputs, outputs, kernel);
        Add(weightNorm ? "weight_v" : "weight", _weight);
        if (weightNorm)
        {
            _magnitude = parameters.Constant(deviation * Math.Sqrt((double)outputs * kernel), inputs, 1, 1);
            Add("weight_g", _magnitude);
        }
        _bias = parameters.Constant(0, outputs);
        Add("bias", _bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var weight = _magnitude is null ? _weight : WeightNormalization.Apply(_weight, _magnitude);
        return AlignedConvolution.ConvolveTransposed1d(input, weight, _bias, _stride, _padding, _outputPadding);
    }
}
