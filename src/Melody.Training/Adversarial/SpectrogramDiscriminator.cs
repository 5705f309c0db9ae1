using Melody.Audio;
using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// One member of the multi-resolution spectrogram discriminator (Jang et al., "UnivNet", 2021): five convolutions of
/// 32 channels on a linear magnitude spectrogram. The paper's resolutions (FFT, hop, window) are (1024, 120, 600),
/// (2048, 240, 1200) and (512, 50, 240).
/// </summary>
internal sealed class SpectrogramDiscriminator : Discriminator
{
    private readonly Stft _stft;
    private readonly ModuleList<Convolution2d> _layers;
    private readonly Convolution2d _score;

    /// <param name="stft">The resolution.</param>
    /// <param name="channels">Outputs of each layer.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public SpectrogramDiscriminator(Stft stft, long channels, ParameterFactory parameters)
        : base(nameof(SpectrogramDiscriminator))
    {
        _stft = stft;
        // time is the last axis; the three middle layers halve it
        _layers = nn.ModuleList<Convolution2d>(
            new(1, channels, (3, 9), (1, 1), (1, 4), parameters),
            new(channels, channels, (3, 9), (1, 2), (1, 4), parameters),
            new(channels, channels, (3, 9), (1, 2), (1, 4), parameters),
            new(channels, channels, (3, 9), (1, 2), (1, 4), parameters),
            new(channels, channels, (3, 3), (1, 1), (1, 1), parameters)
        );
        Add("layers", _layers);
        _score = new(channels, 1, (3, 3), (1, 1), (1, 1), parameters);
        Add("score", _score);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        var x = _stft.Magnitude(input).unsqueeze(1);
        return Features(x, _layers, _score);
    }
}
