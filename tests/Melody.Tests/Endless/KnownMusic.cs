using Melody.Endless;

namespace Melody.Tests.Endless;

/// <summary>Music whose every sample is known, and the host's options in which the tests hear it.</summary>
internal static class KnownMusic
{
    /// <summary>Samples a second, and samples in which one music takes over from another.</summary>
    public const int Rate = 8000,
        Fade = Rate * 30 / 1000;

    /// <summary>Stereo at that rate, at the maker's own level.</summary>
    public static readonly EndlessOptions HostOptions = new()
    {
        SampleRate = Rate,
        Channels = 2,
        AheadSeconds = 4,
        FadeInSeconds = 0,
        Generation = new() { Loudness = LoudnessMode.Raw },
    };

    /// <summary>The sample at a position of music without end.</summary>
    public static float Sine(long position) => (float)(0.5 * Math.Sin(position * 0.0123));

    /// <summary>"0.25 piano" sounds as a constant 0.25.</summary>
    public static float Level(string words, long position) =>
        float.Parse(words.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Requires <see cref="Sine"/>, but for the first 5 ms, in which the gate opens.</summary>
    public static void RequireSine(IReadOnlyList<float> heard) =>
        Assert.InRange(Enumerable.Range(Rate / 200, heard.Count - Rate / 200).Max(i => Math.Abs(heard[i] - Sine(i))), 0, 1e-5);
}
