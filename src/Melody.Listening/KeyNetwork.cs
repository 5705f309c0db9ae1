using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Melody.Listening;

/// <summary>
/// Which key a sound is in, by convolutions over time and around the circle of pitch classes, averaged over the sound, its
/// first and its last quarter. After the key network of Korzeniowski and Widmer ("Genre-agnostic key classification with
/// convolutional neural networks", 2018), which learns transposition from examples; here a transposed sound has the
/// transposed key by construction. A <see cref="KeyPicture"/>, float32 [batch, 5, 12, frames] -> scores [batch, 24]:
/// twelve major keys, C first, then twelve minor ones.
/// </summary>
internal sealed class KeyNetwork : Network<Tensor, Tensor>
{
    /// <summary>Major and minor.</summary>
    public const int Kinds = 2;

    private const int Width = 32,
        Layers = 3,
        Reach = 7;

    private readonly (Parameter Weight, Parameter Bias) _first,
        _last;
    private readonly List<((Parameter Weight, Parameter Bias) Time, (Parameter Weight, Parameter Bias) Pitch)> _layers = [];

    /// <param name="parameters">Makes the weights.</param>
    public KeyNetwork(ParameterFactory parameters)
        : base(nameof(KeyNetwork))
    {
        (Parameter, Parameter) Make(string name, params long[] shape)
        {
            var weight = parameters.Normal(1 / Math.Sqrt(shape[1] * shape[2] * shape[3]), shape);
            var bias = parameters.Constant(0, shape[0]);
            Add(name + "_weight", weight);
            Add(name + "_bias", bias);
            return (weight, bias);
        }
        _first = Make("first", Width, KeyPicture.Channels, 12, 3);
        for (int i = 0; i < Layers; i++)
            _layers.Add((Make($"time_{i}", Width, Width, 1, Reach), Make($"pitch_{i}", Width, Width, 12, 1)));
        _last = Make("last", Kinds, 3 * Width, 1, 1);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Scores(input, 0);

    /// <summary><see cref="forward"/> with a share of each layer's activations set to zero, as in training.</summary>
    public Tensor Scores(Tensor pictures, double dropout)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var x = nn.functional.gelu(Normalize(Convolve(Around(pictures), _first, padding: 1)));
        foreach (var (time, pitch) in _layers)
        {
            var y = nn.functional.gelu(Convolve(x, time, padding: Reach / 2));
            y = nn.functional.gelu(Normalize(Convolve(Around(y), pitch, padding: 0)));
            x = x + nn.functional.dropout(y, dropout, dropout > 0);
        }
        long frames = x.shape[3],
            quarter = Math.Max(1, frames / 4);
        var means = cat([Mean(x), Mean(x.narrow(3, 0, quarter)), Mean(x.narrow(3, frames - quarter, quarter))], 1);
        return Convolve(means, _last, padding: 0).flatten(1);
    }

    private static Tensor Convolve(Tensor x, (Parameter Weight, Parameter Bias) layer, long padding) =>
        AlignedConvolution.Convolve2d(x, layer.Weight, layer.Bias, (1, 1), (0, padding));

    private static Tensor Mean(Tensor x) => x.mean([3], keepdim: true);

    // eleven pitch classes once more, so that a kernel of twelve goes round
    private static Tensor Around(Tensor x) => cat([x, x.narrow(2, 0, 11)], 2);

    // zero mean and unit variance over the channels
    private static Tensor Normalize(Tensor x)
    {
        var centred = x - x.mean([1], keepdim: true);
        return centred * (centred.square().mean([1], keepdim: true) + 1e-3).rsqrt();
    }
}
