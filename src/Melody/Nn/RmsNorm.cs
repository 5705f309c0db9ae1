using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Root mean square norm over the last axis, x / sqrt(mean(x²) + epsilon) * gain (Zhang and Sennrich, 2019).
/// Statistics in float32; the result has the type of the input.
/// </summary>
internal sealed class RmsNorm : Network<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly double _epsilon;

    public RmsNorm(long width, ParameterFactory parameters, double epsilon = 1e-6)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _weight = parameters.Constant(1, width);
        Add("weight", _weight);
    }

    /// <summary>The scale of each channel, [width].</summary>
    public Parameter Weight => _weight;

    /// <summary>What keeps the square root from zero.</summary>
    public double Epsilon => _epsilon;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (RmsNormFunction.Serves(input))
            return RmsNormFunction.Run(input, _weight, _epsilon);
        var scale = rsqrt(input.to_type(ScalarType.Float32).square().mean([-1], keepdim: true) + _epsilon);
        return input * scale.to_type(input.dtype) * _weight.to_type(input.dtype);
    }
}
