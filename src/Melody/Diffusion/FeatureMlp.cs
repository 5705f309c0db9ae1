using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// MLP(x) = RMSNorm(GELU(x W1 + b1) W2 + b2), shared in form by the angle and the semantic encoding (MeLoDy, section 4.1).
/// </summary>
internal sealed class FeatureMlp : Network<Tensor, Tensor>
{
    private readonly Linear _inner,
        _outer;
    private readonly RmsNorm _norm;

    public FeatureMlp(long inputs, long width, ParameterFactory parameters)
        : base(nameof(FeatureMlp))
    {
        _inner = new Linear(inputs, width, bias: true, parameters);
        _outer = new Linear(width, width, bias: true, parameters);
        _norm = new RmsNorm(width, parameters);
        Add("inner", _inner);
        Add("outer", _outer);
        Add("norm", _norm);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _norm.forward(_outer.forward(nn.functional.gelu(_inner.forward(input))));
}
