using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>What joins two instruments of a list.</summary>
/// <param name="Conjunction">And, Or, Nor or Slash; Comma where only a comma stands between them.</param>
/// <param name="Words">Words that describe the second.</param>
/// <param name="Article">Whether the second has "a" or "an" before it, or a small amount.</param>
/// <param name="Definite">Whether it has "the".</param>
internal sealed record Link(LexemeKind Conjunction, int Words, bool Article, bool Definite)
{
    private const int MostWords = 2;

    /// <summary>What stands between two instruments; null where they are not a list.</summary>
    public static Link? Between(Sentence sentence, int first, int second)
    {
        int i = first + 1;
        while (sentence.Is(i, Section))
            i++;
        bool comma = sentence.Is(i, Comma);
        if (comma)
            i++;
        bool joined = sentence.Is(i, And, Or, Nor, Slash);
        if (!comma && !joined)
            return null;
        var conjunction = joined ? sentence[i++].Kind : Comma;
        int words = 0;
        bool article = false,
            definite = false;
        for (; i < second; i++)
            if (sentence.Is(i, Determiner, Little))
            {
                article |= sentence.Reads(i, "a", "an") || sentence.Is(i, Little);
                definite |= sentence.Reads(i, "the", "my", "our", "your", "those", "these", "this");
            }
            else if (sentence.Is(i, Word, Genre))
                words++;
            else if (!sentence.Is(i, LexemeKind.Type, Hyphen))
                return null;
        return words > MostWords ? null : new(conjunction, words, article, definite);
    }
}
