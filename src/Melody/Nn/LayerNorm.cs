using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Layer norm over the last axis with gain and bias; the result has the type of the input (libtorch keeps its statistics in float32).
/// </summary>
internal sealed class LayerNorm : Network<Tensor, Tensor>
{
    private readonly Parameter _weight,
        _bias;
    private readonly long _width;
    private readonly double _epsilon;

    public LayerNorm(long width, ParameterFactory parameters, double epsilon = 1e-5)
        : base(nameof(LayerNorm))
    {
        (_width, _epsilon) = (width, epsilon);
        _weight = parameters.Constant(1, width);
        _bias = parameters.Constant(0, width);
        Add("weight", _weight);
        Add("bias", _bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        nn.functional.layer_norm(input, [_width], _weight.to_type(input.dtype), _bias.to_type(input.dtype), _epsilon);
}
