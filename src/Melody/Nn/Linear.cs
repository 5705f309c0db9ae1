using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>y = x Wᵀ + b in <see cref="ComputePrecision.Current"/>: [..., inputs] -> [..., outputs].</summary>
internal sealed class Linear : Network<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <param name="standardDeviation">Of the initial weights; 1/sqrt(inputs) when not given.</param>
    public Linear(long inputs, long outputs, bool bias, ParameterFactory parameters, double? standardDeviation = null)
        : base(nameof(Linear))
    {
        _weight = parameters.Normal(standardDeviation ?? 1 / Math.Sqrt(inputs), outputs, inputs);
        Add("weight", _weight);
        if (!bias)
            return;
        _bias = parameters.Constant(0, outputs);
        Add("bias", _bias);
    }

    /// <summary>The weight, [outputs, inputs].</summary>
    public Parameter Weight => _weight;

    /// <summary>The bias, [outputs]; null for none.</summary>
    public Parameter? Bias => _bias;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        nn.functional.linear(
            ComputePrecision.Cast(input),
            ComputePrecision.Cast(_weight),
            _bias is null ? null : ComputePrecision.Cast(_bias)
        );
}
