using Melody.Nn;
using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// Bidirectional simple recurrent units (Lei et al., 2018) one above the other: [rows, steps, inputs] ->
/// [rows, steps, 2 width].
/// </summary>
internal sealed class Sru : Network<Tensor, Tensor>
{
    private readonly SruLayer[] _layers;

    public Sru(long inputs, long width, int layers, ParameterFactory parameters)
        : base(nameof(Sru))
    {
        _layers = [.. Enumerable.Range(0, layers).Select(i => new SruLayer(i == 0 ? inputs : 2 * width, width, parameters))];
        for (int i = 0; i < layers; i++)
            Add($"{i}", _layers[i]);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        foreach (var layer in _layers)
            input = layer.forward(input);
        return input;
    }
}

/// <summary>
/// One bidirectional layer: a matrix product for all steps at once, then <see cref="SruScan"/>. Where the input is as
/// wide as both directions together it is the highway itself; otherwise the highway has a fourth matrix.
/// </summary>
internal sealed class SruLayer : Network<Tensor, Tensor>
{
    private readonly Parameter _weight,
        _recurrent,
        _bias;
    private readonly long _gates,
        _width;

    public SruLayer(long inputs, long width, ParameterFactory parameters)
        : base(nameof(SruLayer))
    {
        (_width, _gates) = (width, inputs == 2 * width ? 3 : 4);
        _weight = parameters.Uniform(Math.Sqrt(3.0 / inputs), 2 * _gates * width, inputs);
        _recurrent = parameters.Constant(0, 2, 2, width);
        _bias = parameters.Constant(0, 2, 2, width);
        Add("weight", _weight);
        Add("recurrent", _recurrent);
        Add("bias", _bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = ComputePrecision.Cast(input);
        var gates = nn.functional.linear(x, ComputePrecision.Cast(_weight)).view(x.shape[0], x.shape[1], 2, _gates, _width);
        return SruScan.Run(gates, _gates == 3 ? x : null, _recurrent.to_type(ScalarType.Float32), _bias.to_type(ScalarType.Float32));
    }
}
