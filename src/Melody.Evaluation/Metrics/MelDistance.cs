using Melody.Audio;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Metrics;

/// <summary>
/// Mean absolute difference of log mel energies, dB: 80 Slaney bands of equal height from 0 Hz to half the sample rate,
/// windows of 1024 samples every 256 (the mel distance of Kumar et al., "High-fidelity audio compression with improved
/// RVQGAN", 2023, at one resolution). Energies under -80 dB of a full-scale sine count as -80 dB.
/// </summary>
internal static class MelDistance
{
    private const int FftSize = 1024,
        Hop = 256,
        Bands = 80;

    /// <summary>0 for equal sounds; a gain of g dB on sound above the floor gives |g|.</summary>
    public static double Of(SoundPair pair)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var mel = new MelSpectrogram(new Stft(FftSize, Hop), new MelFilterBank(pair.SampleRate, FftSize, Bands, scale: MelScale.Slaney));
        return (Decibels(pair.Reference) - Decibels(pair.Estimate)).abs().mean().item<float>();

        // the window's half sum is a quarter of its length; a sine of amplitude 1 reads 1
        Tensor Decibels(AudioClip clip) =>
            (mel.Mel(tensor(clip.Samples.ToArray()).unsqueeze(0)) * (16.0 / FftSize / FftSize)).clamp_min(1e-8).log10() * 10;
    }
}
