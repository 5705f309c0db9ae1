using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// Judges pictures of log-magnitudes, [batch, 1, frames, rows], with a few convolutions over time and frequency; at full size, or
/// shrunk by averaging to see more of them.
/// </summary>
internal sealed class PictureDiscriminator : Discriminator
{
    private readonly int _shrink;
    private readonly ModuleList<Convolution2d> _layers;
    private readonly Convolution2d _score;

    /// <param name="shrink">Frames and rows that are averaged into one.</param>
    /// <param name="channels">Outputs of the first layer; later ones have two and four times as many.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public PictureDiscriminator(int shrink, long channels, ParameterFactory parameters)
        : base(nameof(PictureDiscriminator))
    {
        _shrink = shrink;
        _layers = nn.ModuleList<Convolution2d>(
            new(1, channels, (3, 5), (1, 2), (1, 2), parameters),
            new(channels, 2 * channels, (3, 5), (2, 2), (1, 2), parameters),
            new(2 * channels, 4 * channels, (3, 5), (2, 2), (1, 2), parameters),
            new(4 * channels, 4 * channels, (3, 3), (1, 1), (1, 1), parameters)
        );
        Add("layers", _layers);
        _score = new(4 * channels, 1, (3, 3), (1, 1), (1, 1), parameters);
        Add("score", _score);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        var x = _shrink == 1 ? input : nn.functional.avg_pool2d(input, [_shrink, _shrink]);
        return Features(x, _layers, _score);
    }
}
