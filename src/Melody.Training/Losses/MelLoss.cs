using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How far two sounds lie apart in mel bands, over windows of 2048, 1024 and 512 samples with 128, 64 and 32 bands (after
/// the multi-scale mel loss of Kumar et al., "High-fidelity audio compression with improved RVQGAN", 2023). A distance of
/// single bins is least at the median of what may be there, which lies 1.6 dB below the energy of noise; a band holds its
/// energy.
/// </summary>
/// <param name="sampleRate">Of both sounds, Hz.</param>
internal sealed class MelLoss(int sampleRate)
{
    // -80 dB of a full-scale sine, added so that quiet bands keep a gradient
    private const double Floor = 1e-8;

    private readonly MelSpectrogram[] _scales =
    [
        .. new[] { 2048, 1024, 512 }.Select(size => new MelSpectrogram(
            new Stft(size, size / 4),
            new MelFilterBank(sampleRate, size, size / 16, scale: MelScale.Slaney)
        )),
    ];

    /// <summary>
    /// Mean absolute difference of half the natural log of mel energies, a float32 scalar, of audio [batch, samples] and
    /// its target: 0 for equal sounds, |ln g| for a gain g on sound above the floor.
    /// </summary>
    public Tensor Compare(Tensor audio, Tensor target) =>
        _scales.Select(mel => nn.functional.l1_loss(Log(mel, audio), Log(mel, target))).Aggregate((a, b) => a + b) / _scales.Length;

    // a sine of amplitude 1 reads 1: the window's sum is half its length, and half of the sine is in its negative frequency
    private static Tensor Log(MelSpectrogram mel, Tensor audio) =>
        (mel.Mel(audio) * (16.0 / mel.Stft.FftSize / mel.Stft.FftSize) + Floor).log() * 0.5;
}
