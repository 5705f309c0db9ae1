using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Melody.Music;

/// <summary>A time signature.</summary>
/// <param name="Beats">Upper number.</param>
/// <param name="Unit">Lower number.</param>
internal readonly record struct Metre(int Beats, int Unit)
{
    /// <summary>Beats of a bar as a tempo counts them: two in 6/8, whose beat is a dotted quarter.</summary>
    public int CountedBeats => Unit >= 8 && Beats > 3 && Beats % 3 == 0 ? Beats / 3 : Beats;

    /// <summary>Reads "3/4".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Metre metre)
    {
        metre = default;
        var parts = (text ?? "").Split('/', StringSplitOptions.TrimEntries);
        if (
            parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int beats)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int unit)
            || beats is < 1 or > 99
            || unit is not (1 or 2 or 4 or 8 or 16 or 32)
        )
            return false;
        metre = new(beats, unit);
        return true;
    }

    /// <summary>Reads "3/4".</summary>
    /// <exception cref="MelodyException">The text is no time signature.</exception>
    public static Metre Parse(string? text) =>
        TryParse(text, out var metre) ? metre : throw new MelodyException($"'{text}' is no metre; write it like 3/4 or 6/8.");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Beats}/{Unit}");
}
