using Melody.Audio;

namespace Melody.Generation;

/// <summary>Brings music that comes in pieces to a loudness by its first piece, whose gain holds for all that follow.</summary>
/// <param name="sampleRate">Hz.</param>
/// <param name="channels">Samples in a frame.</param>
/// <param name="target">LUFS.</param>
internal sealed class FirstWindowLoudness(int sampleRate, int channels, double target)
{
    private StreamingLimiter? _limiter;

    /// <summary>The gain, dB; null before the first piece, unless it is set before.</summary>
    public double? Gain { get; set; }

    /// <summary>The samples that are final; all of the rest with the last piece.</summary>
    public float[] Next(float[] samples, bool last)
    {
        Gain ??= LoudnessNormalizer.GainFor(LoudnessMeter.Of(new AudioClip(samples, sampleRate, channels)).Integrated, target);
        _limiter ??= new(sampleRate, channels, Gain.Value);
        float[] limited = _limiter.Process(samples);
        return last ? [.. limited, .. _limiter.Finish()] : limited;
    }
}
