using Melody.Conditioning;

namespace Melody.Prompting;

/// <summary>Says of every part of a prompt what it was read as.</summary>
internal static class SpanReader
{
    /// <summary>The spans of a prompt in its order.</summary>
    /// <param name="sentence">Its lexemes.</param>
    /// <param name="facts">Its statements of tempo, key and metre.</param>
    /// <param name="mentions">Its instruments.</param>
    /// <param name="vocabulary">The words that the joint embedding knows; null to take all words for known.</param>
    public static IReadOnlyList<PromptSpan> Read(
        Sentence sentence,
        FactSpans facts,
        IReadOnlyList<Mention> mentions,
        Vocabulary? vocabulary
    )
    {
        var prompt = sentence.Prompt;
        var known = vocabulary is { Count: > 0 } ? new KnownWords(vocabulary) : null;
        var spans = new List<PromptSpan>();
        void Add(int first, int end, SpanKind kind)
        {
            int start = prompt[first].Start,
                length = prompt[end - 1].End - start;
            spans.Add(new(start, length, kind, prompt.Text.Substring(start, length)));
        }

        foreach (var (first, end, kind) in facts.Spans)
            Add(first, end, kind);
        var attitudes = mentions.ToDictionary(mention => mention.At);
        for (int i = 0; i < sentence.Count; i++)
        {
            var lexeme = sentence[i];
            if (attitudes.TryGetValue(i, out var mention) && KindOf(mention) is { } said)
                Add(lexeme.First, lexeme.End, said);
            else if (lexeme.Kind == LexemeKind.Word && prompt[lexeme.First] is { Kind: TokenKind.Word } token)
            {
                bool understood = known?.Contains(token.Text) ?? true;
                Add(lexeme.First, lexeme.End, understood ? SpanKind.Description : SpanKind.NotUnderstood);
            }
            else if (
                lexeme.Kind
                is LexemeKind.Genre
                    or LexemeKind.Ensemble
                    or LexemeKind.Instrument
                    or LexemeKind.Orchestra
                    or LexemeKind.Refusable
                    or LexemeKind.Type
            )
                Add(lexeme.First, lexeme.End, SpanKind.Description);
        }
        return [.. spans.OrderBy(span => span.Start)];
    }

    private static SpanKind? KindOf(Mention mention) =>
        mention switch
        {
            { Attitude: Attitude.Refused } => SpanKind.Refused,
            { Attitude: Attitude.Open, Unclear: true } => SpanKind.NotUnderstood,
            { Attitude: Attitude.Asked, Weak: false } => SpanKind.Asked,
            _ => null,
        };
}
