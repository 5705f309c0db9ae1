using System.CommandLine;
using System.Globalization;
using Melody.Adapters;
using Melody.Weights;

namespace Melody.Cli.Shared;

/// <summary>An adapter on the command line: FILE, or FILE:STRENGTH.</summary>
internal static class AdapterArgument
{
    /// <summary>The option of a verb that makes music.</summary>
    public static Option<string[]> Option() =>
        new("--adapter")
        {
            Description =
                "An adapter that 'melody finetune' wrote, with the strength behind a colon where that is not 1 (chip.safetensors:0.7); "
                + "may be given several times.",
            HelpName = "file[:strength]",
        };

    /// <summary>All that were given.</summary>
    /// <exception cref="MelodyException">A strength is out of range.</exception>
    public static List<MusicAdapter> All(ParseResult arguments, Option<string[]> option) =>
        [.. (arguments.GetValue(option) ?? []).Select(Parse)];

    /// <summary>Refuses adapters that are missing or damaged, or were made for another model than the one in a folder.</summary>
    /// <exception cref="MelodyException">Says which.</exception>
    public static void Check(IReadOnlyList<MusicAdapter> adapters, Func<string> model)
    {
        using var set = AdapterSet.Open(adapters);
        if (adapters.Count > 0)
            set.RequireBase(ModelFolder.Open(model()).Manifest);
    }

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
