using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// Gated feed-forward layer W_down (silu(W_gate x) * W_up x), without biases (Shazeer, "GLU Variants Improve
/// Transformer", 2020). Gate and up share one product: <c>gate_up.weight</c> holds the gate's rows, then up's.
/// </summary>
internal sealed class SwiGlu : Network<Tensor, Tensor>
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
        Add("gate_up", _gateUp);
        Add("down", _down);
    }

    /// <summary>The product that gives the gate and what it lets through.</summary>
    public Linear GateUp => _gateUp;

    /// <summary>The product after the gate.</summary>
    public Linear Down => _down;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var halves = _gateUp.forward(input).chunk(2, -1);
        return _down.forward(nn.functional.silu(halves[0]) * halves[1]);
    }
}
