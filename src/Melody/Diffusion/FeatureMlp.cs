using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>MLP(x) = RMSNorm(GELU(x W1 + b1) W2 + b2), shared in form by the angle and the semantic encoding (MeLoDy, section 4.1).</summary>
internal sealed class FeatureMlp : nn.Module<Tensor, Tensor>
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
        register_module("inner", _inner);
        register_module("outer", _outer);
        register_module("norm", _norm);
    }

    /// <summary>Nothing: TorchSharp would register every field a second time, under its own name.</summary>
    protected override void RegisterComponents() { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _norm.forward(_outer.forward(nn.functional.gelu(_inner.forward(input))));
}
