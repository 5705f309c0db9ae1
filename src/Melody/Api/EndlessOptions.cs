using Melody.Audio;

namespace Melody;

/// <summary>How <see cref="EndlessMusic"/> is made and in which format the host reads it.</summary>
public sealed record EndlessOptions
{
    private const double LeastAhead = 1,
        MostAhead = 60,
        LongestFadeIn = 60;

    /// <summary>Frames a second that the host wants, Hz; music is resampled to it.</summary>
    public int SampleRate { get; init; } = 48_000;

    /// <summary>Samples in a frame; the music is written to all channels alike.</summary>
    public int Channels { get; init; } = 2;

    /// <summary>
    /// How much music is kept ready, 1 to 60 seconds: the longer, the longer a busy machine may pause. Memory is bounded by it. A
    /// change of prompt does not wait for what is ready to be played.
    /// </summary>
    public double AheadSeconds { get; init; } = 10;

    /// <summary>How long the beginning fades in, 0 to 60 seconds.</summary>
    public double FadeInSeconds { get; init; } = 0.05;

    /// <summary>
    /// Whether the first sound, and the first after a change of prompt, is a window of a quarter of the usual length: it is there about
    /// four times sooner, and hears less of itself.
    /// </summary>
    public bool QuickStart { get; init; } = true;

    /// <summary>
    /// Seed, tempo, key, steps and more. The length is ignored; music whose tempo neither these options nor the prompt tells is asked
    /// for at 100 beats a minute, in 4/4 where no metre is told.
    /// </summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>Refuses what cannot be done, with a sentence.</summary>
    /// <exception cref="MelodyException">A value is out of its range.</exception>
    internal void Validate()
    {
        Require(
            SampleRate is >= AudioClip.MinimumSampleRate and <= AudioClip.MaximumSampleRate,
            "sample rate",
            SampleRate,
            "1,000 to 768,000 Hz"
        );
        Require(Channels is >= 1 and <= AudioClip.MaximumChannels, "number of channels", Channels, "1 to 64");
        Require(AheadSeconds is >= LeastAhead and <= MostAhead, "music kept ready", AheadSeconds, "1 to 60 seconds");
        Require(FadeInSeconds is >= 0 and <= LongestFadeIn, "fade-in", FadeInSeconds, "0 to 60 seconds");
        MusicRequest.CheckStream(Generation);
        Generation.Validate();
    }

    private static void Require(bool holds, string what, double value, string range)
    {
        if (!holds)
            throw new MelodyException(FormattableString.Invariant($"The {what} is {value}; give {range}."));
    }
}
