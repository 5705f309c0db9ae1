using Melody.Corpus.Records;
using Melody.Evaluation.Prompts;
using Melody.Evaluation.Tokens;
using Melody.Music;

namespace Melody.Evaluation.Chain;

/// <summary>What a clip should sound like; null where nothing is known or asked.</summary>
/// <param name="Text">Words that tell it from others.</param>
/// <param name="Bpm">Beats a minute.</param>
/// <param name="Key">For example "A minor".</param>
/// <param name="Solo">The one instrument family that plays.</param>
/// <param name="Drums">Whether there are drums.</param>
internal sealed record Expectation(string? Text, double? Bpm, string? Key, InstrumentFamily? Solo, bool? Drums)
{
    /// <summary>Of a prompt.</summary>
    public static Expectation Of(EvaluationPrompt prompt) =>
        new(
            prompt.Manner == PromptManner.Vague ? null : prompt.Text,
            prompt.Bpm,
            prompt.Key,
            prompt.Solo ? prompt.Families[0] : null,
            prompt.Drums
        );

    /// <summary>Of a window of a corpus: its truth, unless that is itself an estimate.</summary>
    public static Expectation Of(WindowRecord record)
    {
        var families = record.Instruments.Select(i => i.Family).Distinct().ToList();
        InstrumentFamily? solo = families.Count == 1 ? families[0] : null;
        return record.Estimated
            ? new(SemanticEvaluation.Caption(record), null, null, solo, null)
            : new(SemanticEvaluation.Caption(record), record.Bpm, record.Key == "none" ? null : record.Key, solo, record.Drums);
    }
}
