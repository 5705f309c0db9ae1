using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Melody.Music;

/// <summary>A time signature.</summary>
/// <param name="Numerator">Upper number.</param>
/// <param name="Denominator">Lower number.</param>
internal readonly record struct Metre(int Numerator, int Denominator)
{
    /// <summary>Whether three eighths (or sixteenths) make one beat, as in 6/8, 9/8 and 12/8.</summary>
    public bool IsCompound => Denominator >= 8 && Numerator > 3 && Numerator % 3 == 0;

    /// <summary>Beats of a bar as a tempo counts them: two in 6/8, whose beat is a dotted quarter.</summary>
    public int Beats => IsCompound ? Numerator / 3 : Numerator;

    /// <summary>Reads "3/4".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Metre metre)
    {
        metre = default;
        var parts = (text ?? "").Split('/', StringSplitOptions.TrimEntries);
        if (
            parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int numerator)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int denominator)
            || numerator is < 1 or > 99
            || denominator is not (1 or 2 or 4 or 8 or 16 or 32)
        )
            return false;
        metre = new(numerator, denominator);
        return true;
    }

    /// <summary>Reads "3/4".</summary>
    /// <exception cref="MelodyException">The text is not a time signature.</exception>
    public static Metre Parse(string? text) =>
        TryParse(text, out var metre) ? metre : throw new MelodyException($"'{text}' is not a metre; write it like 3/4 or 6/8.");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
