using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// Gated feed-forward layer W_down (silu(W_gate x) * W_up x), without biases (Shazeer, "GLU Variants Improve
/// Transformer", 2020). Gate and up share one product: <c>gate_up.weight</c> holds the gate's rows, then up's.
/// </summary>
internal sealed class SwiGlu : nn.Module<Tensor, Tensor>
{
    private readonly Linear _gateUp,
        _down;

    /// <param name="width">Of input and output.</param>
    /// <param name="inner">Of the gated layer.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <param name="outputScale">Factor on the initial deviation of the last product.</param>
    public SwiGlu(long width, long inner, ParameterFactory parameters, double outputScale = 1)
        : base(nameof(SwiGlu))
    {
        _gateUp = new(width, 2 * inner, bias: false, parameters);
        _down = new(inner, width, bias: false, parameters, outputScale / Math.Sqrt(inner));
        register_module("gate_up", _gateUp);
        register_module("down", _down);
    }

    /// <summary>Nothing: TorchSharp would register every field a second time, under its own name.</summary>
    protected override void RegisterComponents() { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var halves = _gateUp.forward(input).chunk(2, -1);
        return _down.forward(nn.functional.silu(halves[0]) * halves[1]);
    }
}
