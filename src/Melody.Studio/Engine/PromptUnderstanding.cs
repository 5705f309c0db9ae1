using Melody.Conditioning;
using Melody.Prompting;

namespace Melody.Studio.Engine;

/// <summary>What was read from a prompt.</summary>
/// <param name="Asked">Tempo, key, metre and instruments that the music will be steered towards.</param>
/// <param name="NotUnderstood">Parts of which nothing was understood.</param>
internal sealed record PromptUnderstanding(IReadOnlyList<string> Asked, IReadOnlyList<string> NotUnderstood)
{
    /// <summary>What a model with this vocabulary reads.</summary>
    public static PromptUnderstanding Of(string prompt, Vocabulary vocabulary)
    {
        if (prompt.Length > PromptLimits.Characters)
            return new([], []);
        var reading = PromptReader.Explain(prompt, vocabulary);
        var controls = reading.Controls;
        string?[] asked =
        [
            controls.Bpm is { } bpm ? FormattableString.Invariant($"{bpm:0.##} bpm") : null,
            controls.Key?.ToString(),
            controls.Metre?.ToString(),
            controls.Instruments?.Describe(),
        ];
        return new([.. asked.OfType<string>()], [.. reading.NotUnderstood.Select(span => span.Text).Distinct(StringComparer.Ordinal)]);
    }
}
