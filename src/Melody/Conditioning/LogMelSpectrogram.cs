using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Conditioning;

/// <summary>
/// What the audio tower sees: mel energies in decibels below the loudest cell of the window, from -80 dB -> -1 to
/// 0 dB -> 1. Audio at another level gives the same picture, so a quiet recording prompts like a loud one.
/// </summary>
internal sealed class LogMelSpectrogram(AudioTowerConfig config)
{
    /// <summary>Decibels from the loudest cell to the darkest one.</summary>
    public const double Range = 80;

    /// <summary>What silence looks like.</summary>
    public const double Floor = -1;

    // below this a cell is silent whatever surrounds it; far under the rounding noise of 24-bit samples
    private const double Smallest = 1e-10;

    private readonly MelSpectrogram _mel = new(
        new Stft(config.FftSize, config.HopLength, config.AnalysisWindow),
        new MelFilterBank(config.SampleRate, config.FftSize, config.Bands)
    );

    /// <summary>Audio [batch, window samples] -> float32 [batch, frames, bands] in [-1, 1].</summary>
    public Tensor Compute(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var energies = _mel.Mel(audio);
        // the frame centred on the window's very end is left out, as half of it is reflection
        long heard = Math.Min(config.WindowSamples / config.HopLength, config.Frames);
        var decibels = energies.narrow(1, 0, heard).clamp_min(Smallest).log10() * 10;
        var below = (decibels - decibels.amax([1, 2], keepdim: true)).clamp_min(-Range);
        var picture = below * (2 / Range) + 1;
        if (heard < config.Frames)
            picture = nn.functional.pad(picture, [0, 0, 0, config.Frames - heard], value: Floor);
        return picture.contiguous().MoveToOuterDisposeScope();
    }
}
