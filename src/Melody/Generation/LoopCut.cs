using System.Globalization;
using Melody.Audio;
using Melody.Music;

namespace Melody.Generation;

/// <summary>
/// How a piece becomes a loop: it is cut to whole bars where a tempo is known, to the nearest sample, and else to whole latent
/// frames; it is turned by half, so that its end and its beginning meet in the middle, where they can be repaired as any other
/// stretch; then it is turned back.
/// </summary>
/// <param name="Samples">Length of the loop.</param>
/// <param name="Half">Samples by which it is turned: what is left of the loop behind whole frames.</param>
/// <param name="Filling">Samples that complete the last frame of the turned piece, fewer than a frame.</param>
/// <param name="Channels">Channels of the music; the other numbers count the samples of one.</param>
internal sealed record LoopCut(int Samples, int Half, int Filling, int Channels = 1)
{
    /// <summary>Regenerated on each side of the seam, seconds.</summary>
    public const double ReachSeconds = 0.5;

    private const double ShortestSeconds = 2;

    // what a piece may lack of its last bar, as one that was cut to latent frames does; it is regenerated with the seam
    private const double LackSeconds = 0.025;

    /// <summary>Where the seam is while the piece is turned, samples: whole frames.</summary>
    public int SeamSample => Samples - Half;

    /// <summary>Of music at the model's rate.</summary>
    /// <param name="music">The piece.</param>
    /// <param name="hop">Samples in a latent frame.</param>
    /// <param name="bpm">Beats a minute, as the metre counts them; null where no tempo is known.</param>
    /// <param name="metre">Null for 4/4.</param>
    /// <exception cref="MelodyException">The music is too short.</exception>
    public static LoopCut Of(AudioClip music, int hop, double? bpm, Metre? metre)
    {
        if (music.Seconds < ShortestSeconds)
            throw new MelodyException(
                FormattableString.Invariant($"The audio lasts {music.Seconds:F2} seconds; a loop needs at least {ShortestSeconds}.")
            );
        int samples = bpm is { } tempo ? WholeBars(music, 60 / tempo * (metre ?? new Metre(4, 4)).Beats) : music.Frames / hop * hop;
        int half = samples - (samples / hop + 1) / 2 * hop;
        return new(samples, half, (hop - half % hop) % hop, music.Channels);
    }

    /// <summary>The loop from the middle on, then up to there, and on until the last frame is whole.</summary>
    /// <param name="music">The piece, interleaved. What it lacks of the loop is silence, inside the stretch that is regenerated.</param>
    public float[] Turned(ReadOnlySpan<float> music) =>
        [
            .. music[(Half * Channels)..Math.Min(Samples * Channels, music.Length)],
            .. new float[Math.Max(0, Samples * Channels - music.Length)],
            .. music[..((Half + Filling) * Channels)],
        ];

    /// <summary>The loop from a turned piece.</summary>
    public float[] Back(float[] turned) => Turn(turned.AsSpan(0, Samples * Channels), SeamSample * Channels);

    /// <summary>Its latents; where it is not a whole number of frames, those from its middle on come late by less than a frame.</summary>
    /// <param name="turned">Latents of the turned piece.</param>
    /// <param name="samples">Samples of one channel of the turned piece, whole frames.</param>
    public AudioLatents Back(AudioLatents turned, int samples) =>
        new(Turn(turned.Values.Span, SeamSample / (samples / turned.Frames) * turned.Channels), turned.Channels, turned.Rate);

    /// <summary>What begins at <paramref name="start"/>, goes on to the end and then up to there.</summary>
    public static float[] Turn(ReadOnlySpan<float> values, int start) => [.. values[start..], .. values[..start]];

    /// <summary>Brings a loop to a loudness, LUFS: as if it had always been playing, so that the limiter has no seam.</summary>
    public static AudioClip Normalize(AudioClip loop, double target)
    {
        float[] thrice = [.. loop.Samples, .. loop.Samples, .. loop.Samples];
        return LoudnessNormalizer
            .Normalize(AudioClip.Adopt(thrice, loop.SampleRate, loop.Channels), target)
            .Slice(loop.Frames, loop.Frames);
    }

    // the samples of the bars that fit
    private static int WholeBars(AudioClip music, double bar)
    {
        double bars = Math.Floor((music.Seconds + LackSeconds) / bar);
        int samples = (int)Math.Round(bars * bar * music.SampleRate);
        if (samples < ShortestSeconds * music.SampleRate)
            throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The audio lasts {music.Seconds:F2} seconds, and a bar {bar:F2}; a loop needs at least {ShortestSeconds} "
                        + $"seconds of whole bars."
                )
            );
        return samples;
    }
}
