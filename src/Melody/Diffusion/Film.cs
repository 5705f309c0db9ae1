using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// Feature-wise linear modulation (Perez et al., 2018) in the form of MeLoDy, section 4.1:
/// FiLM(x, m) = MLP3(x MLP1(m) + MLP2(m)). The condition m [..., 1, width] is broadcast over the columns of
/// x [..., columns, width].
/// </summary>
internal sealed class Film : Network
{
    private readonly nn.Module<Tensor, Tensor> _scale,
        _shift,
        _output;

    /// <param name="width">Channels of input, condition and output.</param>
    /// <param name="layers">Layers of each perceptron: 1 (a linear map) or 2 (with a GELU between them).</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public Film(long width, int layers, ParameterFactory parameters)
        : base(nameof(Film))
    {
        nn.Module<Tensor, Tensor> Perceptron(double? deviation) =>
            layers == 1
                ? new Linear(width, width, bias: true, parameters, deviation)
                : new TwoLayerPerceptron(width, parameters, deviation);
        _scale = Perceptron(null);
        _shift = Perceptron(null);
        _output = Perceptron(0.3 / Math.Sqrt(width));
        Add("scale", _scale);
        Add("shift", _shift);
        Add("output", _output);
    }

    /// <inheritdoc/>
    public Tensor forward(Tensor input, Tensor condition) =>
        _output.forward(addcmul(_shift.forward(condition), input, _scale.forward(condition), 1));

    private sealed class TwoLayerPerceptron : Network<Tensor, Tensor>
    {
        private readonly Linear _inner,
            _outer;

        public TwoLayerPerceptron(long width, ParameterFactory parameters, double? deviation)
            : base(nameof(TwoLayerPerceptron))
        {
            _inner = new Linear(width, width, bias: true, parameters);
            _outer = new Linear(width, width, bias: true, parameters, deviation);
            Add("inner", _inner);
            Add("outer", _outer);
        }

        public override Tensor forward(Tensor input) => _outer.forward(nn.functional.gelu(_inner.forward(input)));
    }
}
