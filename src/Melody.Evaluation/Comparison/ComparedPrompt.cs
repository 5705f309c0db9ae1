using System.Globalization;

namespace Melody.Evaluation.Comparison;

/// <summary>What both sides of a comparison are asked.</summary>
/// <param name="Name">Of its sound in a folder, without the ending.</param>
/// <param name="Text">The words.</param>
/// <param name="Seed">Of everything random in the music.</param>
/// <param name="Seconds">Length of the music; null for the usual one.</param>
internal sealed record ComparedPrompt(string Name, string Text, long Seed, double? Seconds)
{
    private const double Longest = 600;

    /// <summary>
    /// Reads a file of prompts: a line holds the prompt alone, or name, seed, seconds and prompt between tabs. Empty lines and lines that
    /// begin with # are passed over.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be read, has no prompt, or a line is not understood.</exception>
    public static IReadOnlyList<ComparedPrompt> Read(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"The prompts in '{file}' cannot be read: {e.Message}", e);
        }
        var prompts = new List<ComparedPrompt>();
        for (int i = 0; i < lines.Length; i++)
            if (lines[i].Trim() is { Length: > 0 } line && line[0] != '#')
                prompts.Add(Of(line.Split('\t'), prompts.Count + 1, $"Line {(i + 1).ToString(CultureInfo.InvariantCulture)} of '{file}'"));
        if (prompts.Count == 0)
            throw new MelodyException($"The file '{file}' has no prompts; write one a line.");
        return prompts.GroupBy(p => p.Name).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new MelodyException($"The file '{file}' has two prompts of the name '{twice.Key}'; give each its own.")
            : prompts;
    }

    private static ComparedPrompt Of(string[] cells, int number, string where)
    {
        if (cells.Length == 1)
            return new(number.ToString("D2", CultureInfo.InvariantCulture), cells[0], number, null);
        if (
            cells.Length != 4
            || !long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out long seed)
            || !double.TryParse(cells[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            || !(seconds > 0 && seconds <= Longest)
            || cells[3].Trim().Length == 0
        )
            throw new MelodyException(
                $"{where} is not understood; write a prompt alone, or name, seed, seconds (at most {Longest:0}) and prompt between tabs."
            );
        return new(cells[0], cells[3].Trim(), seed, seconds);
    }
}
