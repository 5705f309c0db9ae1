using Melody.Music;

namespace Melody.LanguageModel;

/// <summary>
/// The classes behind the control tokens: 91 tempi from 40 to 240 beats a minute in equal steps of ratio 6^(1/90), 2.0 %;
/// 24 keys, major 0..11 from C, minor 12..23; and the metres of <see cref="KnownMetres"/>.
/// </summary>
internal static class ControlClasses
{
    /// <summary>Tempo classes.</summary>
    public const int Tempi = 91;

    /// <summary>Key classes.</summary>
    public const int Keys = 24;

    /// <summary>Slowest and fastest tempo, beats a minute.</summary>
    public const double SlowestBpm = 40,
        FastestBpm = 240;

    /// <summary>The metres that have a class, in the classes' order.</summary>
    public static IReadOnlyList<Metre> KnownMetres { get; } =
    [new(2, 4), new(3, 4), new(4, 4), new(5, 4), new(6, 8), new(7, 8), new(9, 8), new(12, 8)];

    /// <summary>Metre classes.</summary>
    public static int Metres => KnownMetres.Count;

    /// <summary>The class whose tempo is nearest in ratio.</summary>
    /// <exception cref="MelodyException">The tempo lies outside 40..240 beats a minute by more than half a step.</exception>
    public static int OfTempo(double bpm)
    {
        double place = Math.Log(bpm / SlowestBpm) / Math.Log(FastestBpm / SlowestBpm) * (Tempi - 1);
        if (!(place >= -0.5 && place <= Tempi - 0.5))
            throw new MelodyException(
                FormattableString.Invariant($"The tempo must lie between {SlowestBpm} and {FastestBpm} bpm, but it is {bpm}.")
            );
        return Math.Clamp((int)Math.Round(place), 0, Tempi - 1);
    }

    /// <summary>Beats a minute of a class.</summary>
    public static double Tempo(int tempoClass) => SlowestBpm * Math.Pow(FastestBpm / SlowestBpm, tempoClass / (Tempi - 1.0));

    /// <summary>The class of a key.</summary>
    public static int OfKey(MusicalKey key) => key.Tonic + (key.IsMinor ? 12 : 0);

    /// <summary>The key of a class.</summary>
    public static MusicalKey Key(int keyClass) => new(keyClass % 12, keyClass >= 12);

    /// <summary>The class of a metre.</summary>
    /// <exception cref="MelodyException">No class stands for it.</exception>
    public static int OfMetre(Metre metre)
    {
        for (int i = 0; i < Metres; i++)
            if (KnownMetres[i] == metre)
                return i;
        throw new MelodyException($"The metre {metre} is not known; use one of {string.Join(", ", KnownMetres)}.");
    }
}
