using System.Globalization;

namespace Melody.Cli.Shared;

/// <summary>An adapter on the command line: FILE, or FILE:STRENGTH.</summary>
internal static class AdapterArgument
{
    /// <summary>Reads one; the whole text is the file where there is a file of that name.</summary>
    /// <exception cref="MelodyException">The strength is out of range.</exception>
    public static MusicAdapter Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 1 || File.Exists(text))
            return new(text);
        var number = text[(colon + 1)..];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var strength))
            return new(text); // "C:\chip.safetensors"
        return strength >= 0 && strength <= MusicAdapter.LargestStrength
            ? new(text[..colon], strength)
            : throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The strength in --adapter '{text}' is {number}; give a number from 0 to {MusicAdapter.LargestStrength}."
                )
            );
    }
}
