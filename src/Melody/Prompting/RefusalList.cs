using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>
/// Whether a refusal goes on to the next instrument: "no drums or bass" refuses both, "no drums, soft piano" one. Where the words can be
/// taken either way ("no drums, piano and strings") the instrument is left open.
/// </summary>
internal static class RefusalList
{
    private static readonly string[] Staying =
    [
        "stay",
        "stays",
        "remain",
        "remains",
        "instead",
        "yes",
        "will",
        "should",
        "can",
        "are",
        "is",
    ];

    /// <summary>What the refusal of one instrument means for a later one; null where it has ended.</summary>
    /// <param name="sentence">The prompt.</param>
    /// <param name="last">The instrument before.</param>
    /// <param name="i">The later instrument's lexeme.</param>
    public static Verdict? Continue(Sentence sentence, Mention last, int i)
    {
        if (last.Negator < 0 || last.Attitude == Attitude.Asked || Link.Between(sentence, last.At, i) is not { } link)
            return null;
        var same = new Verdict(last.Attitude, last.Negator, Unclear: last.Unclear);
        var open = new Verdict(Attitude.Open, last.Negator);
        bool listing = sentence.Is(last.Negator, Without, Exclude, Except, Doubt, Negated),
            bare = link.Words == 0 && !link.Article;
        return link.Conjunction switch
        {
            Or or Nor or Slash => same,
            And when bare && !link.Definite => same,
            And when listing => link.Words == 0 ? same : open,
            And => null,
            _ => AfterComma(),
        };

        Verdict? AfterComma()
        {
            if (sentence.Is(last.Negator, Instead, Break)) // "!drums, piano and strings"
                return null;
            if (sentence.Is(last.Negator + 1, Colon))
                return same;
            var rest = Rest(sentence, i);
            if (rest.Conjunction is Or or Nor)
                return same;
            if (!bare || rest.Stays)
                return null;
            if (rest.Conjunction == And)
                return listing ? same : open;
            if (!sentence.Is(last.Negator, Exclude, Negated))
                return null;
            bool three = rest.Items > 0 || sentence.FindBack(last.At, Comma) > last.Negator;
            if (three)
                return same;
            return Describes(sentence, i) ? null : open with { Unclear = true }; // "cut the drums, flute"
        }
    }

    // how a list goes on: the conjunction before its last item, how many items follow, and whether a verb keeps them
    private static (LexemeKind Conjunction, int Items, bool Stays) Rest(Sentence sentence, int i)
    {
        var conjunction = Comma;
        int items = 0;
        for (
            int next = NextInstrument(sentence, i);
            next >= 0 && Link.Between(sentence, i, next) is { } link;
            next = NextInstrument(sentence, i)
        )
        {
            if (link.Conjunction != Comma)
                conjunction = link.Conjunction;
            (items, i) = (items + 1, next);
            if (conjunction != Comma)
                break;
        }
        bool stays = sentence.Is(i + 1, Only, Use, LexemeKind.Alone) || sentence.Reads(i + 1, Staying);
        return (conjunction, items, stays);
    }

    // "cut the drums, flute melody": a noun follows, but no adverb
    private static bool Describes(Sentence sentence, int i)
    {
        var token = sentence.Prompt[sentence[i + 1].First];
        bool adverb = token.Kind != TokenKind.Word || token.Text.EndsWith("ly", StringComparison.Ordinal);
        return sentence.Is(i + 1, Genre, Ensemble, LexemeKind.Music) || sentence.Is(i + 1, Word) && !adverb;
    }

    private static int NextInstrument(Sentence sentence, int i)
    {
        while (++i < sentence.Count)
            if (sentence.IsInstrument(i))
                return i;
        return -1;
    }
}
