using Melody.Audio;
using Melody.Runtime;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Training.Data;

/// <summary>
/// The facts of a frame that its sound tells and no score: how loud twelve bands of equal width in mel are, from 40 Hz to 16 kHz or half
/// the sample rate. A token that tells them leaves a denoiser only what is finer.
/// </summary>
/// <param name="sampleRate">Of the sound, Hz.</param>
/// <param name="hop">Samples of a frame.</param>
internal sealed class FrameLevels(int sampleRate, int hop)
{
    private const double LowestHertz = 40,
        HighestHertz = 16_000,
        FloorDecibels = 80;

    private readonly DeviceTensor _window = new(device => hann_window(hop, device: device)),
        _bands = new(device => tensor(Bands(sampleRate, hop), [hop / 2 + 1, FrameFacts.LevelCount], device: device));

    /// <summary>
    /// Mono samples [batch, samples] -> <see cref="FrameFacts.Levels"/> of each whole frame, float32 [batch, samples / hop, 12]: 0 for a
    /// band at -80 dB of a full-scale sine or below, 1 for 0 dB and above. A frame is heard through a Hann window of its own length.
    /// </summary>
    public Tensor Of(Tensor audio)
    {
        using var scope = NewDisposeScope();
        long frames = audio.shape[1] / hop;
        var cut = audio.narrow(1, 0, frames * hop).to_type(ScalarType.Float32).reshape(audio.shape[0], frames, hop);
        // the window's sum is half of its length: a sine of amplitude 1 reads 1
        var power = (fft.rfft(cut * _window.On(audio.device)).abs() * (4.0 / hop)).square();
        var energies = power.matmul(_bands.On(audio.device));
        var decibels = (energies + 1e-10).log10() * 10;
        return (decibels / FloorDecibels + 1).clamp(0, 1).MoveToOuterDisposeScope();
    }

    // which bin belongs to which band, [hop / 2 + 1, 12] flat; the energy of a windowed sine spreads over 1.5 bins
    private static float[] Bands(int sampleRate, int hop)
    {
        int bins = hop / 2 + 1;
        double lowest = Mel(LowestHertz),
            highest = Mel(Math.Min(HighestHertz, sampleRate / 2.0));
        var matrix = new float[bins * FrameFacts.LevelCount];
        for (int bin = 0; bin < bins; bin++)
        {
            double place = (Mel((double)bin * sampleRate / hop) - lowest) / (highest - lowest);
            if (place is >= 0 and < 1)
                matrix[bin * FrameFacts.LevelCount + (int)(place * FrameFacts.LevelCount)] = 1 / 1.5f;
        }
        return matrix;
    }

    private static double Mel(double hertz) => MelFilterBank.ToMel(hertz, MelScale.Htk);
}
