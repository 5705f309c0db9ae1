using Melody.Audio;

namespace Melody;

/// <summary>
/// How a piece becomes a loop: it is cut to whole latent frames, and to whole bars where a tempo is known, and turned by
/// half, so that its end and its beginning meet in the middle, where they can be mended as any other stretch; then it is
/// turned back.
/// </summary>
/// <param name="Samples">Length of the loop.</param>
/// <param name="Half">Samples by which it is turned, whole frames.</param>
internal sealed record LoopCut(int Samples, int Half)
{
    /// <summary>Made anew on each side of the joint, seconds.</summary>
    public const double ReachSeconds = 0.5;

    private const double ShortestSeconds = 2;

    /// <summary>Where the joint is while the piece is turned, samples.</summary>
    public int Joint => Samples - Half;

    /// <summary>Of music at the model's rate.</summary>
    /// <param name="music">One channel.</param>
    /// <param name="hop">Samples in a latent frame.</param>
    /// <param name="options">Tempo and metre, where they are known; 4/4 for a tempo alone.</param>
    /// <exception cref="MelodyException">The music is too short.</exception>
    public static LoopCut Of(AudioClip music, int hop, GenerationOptions options)
    {
        if (music.Seconds < ShortestSeconds) throw new MelodyException(FormattableString.Invariant($"The audio lasts {music.Seconds:F2} seconds; a loop needs at least {ShortestSeconds}."));
        double seconds = music.Seconds;
        if (options.Bpm is { } bpm)
        {
            double bar = 60 / bpm * (options.Metre is { } metre ? Metre.Parse(metre) : new Metre(4, 4)).CountedBeats;
            // a piece that was made as long as its bars may lack a few samples of the last
            double bars = Math.Floor(seconds / bar + 0.01);
            if (bars * bar < ShortestSeconds) throw new MelodyException(FormattableString.Invariant($"The audio lasts {seconds:F2} seconds, and a bar {bar:F2}; a loop needs at least {ShortestSeconds} seconds of whole bars."));
            seconds = Math.Min(seconds, bars * bar);
        }
        int frames = (int)(seconds * music.SampleRate / hop + 1e-6);
        return new(frames * hop, frames / 2 * hop);
    }

    /// <summary>What begins at <paramref name="start"/>, goes on to the end and then up to there.</summary>
    public static float[] Turn(ReadOnlySpan<float> values, int start) => [.. values[start..], .. values[..start]];
}
