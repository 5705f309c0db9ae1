namespace Melody.Prompting;

/// <summary>A prompt as a row of lexemes, with the rules' ways of looking around in it.</summary>
internal sealed class Sentence
{
    private static readonly Lexeme Outside = new(LexemeKind.Break, "", 0, 0);

    private readonly List<Lexeme> _lexemes = [];

    /// <param name="prompt">The prompt.</param>
    /// <param name="facts">Token ranges that state a tempo, a key or a metre: they are one lexeme each.</param>
    public Sentence(PromptText prompt, IEnumerable<(int First, int End)> facts)
    {
        Prompt = prompt;
        var ends = new Dictionary<int, int>();
        foreach (var (first, end) in facts)
            ends[first] = Math.Max(end, ends.GetValueOrDefault(first));
        for (int i = 0; i < prompt.Count; )
        {
            var lexeme = ends.TryGetValue(i, out int end)
                ? new Lexeme(LexemeKind.Fact, "", i, end)
                : Lexicon.Default.At(prompt, i) ?? Other(prompt, i);
            _lexemes.Add(lexeme);
            i = lexeme.End;
        }
    }

    /// <summary>The prompt.</summary>
    public PromptText Prompt { get; }

    /// <summary>How many lexemes.</summary>
    public int Count => _lexemes.Count;

    /// <summary>A lexeme; outside of the text a break.</summary>
    public Lexeme this[int i] => i >= 0 && i < Count ? _lexemes[i] : Outside;

    /// <summary>Whether a lexeme is of one of these kinds.</summary>
    public bool Is(int i, params ReadOnlySpan<LexemeKind> kinds) => kinds.Contains(this[i].Kind);

    /// <summary>Whether a lexeme consists of the one word.</summary>
    public bool Reads(int i, params ReadOnlySpan<string> words) =>
        i >= 0 && i < Count && this[i].End == this[i].First + 1 && words.Contains(Prompt[this[i].First].Text);

    /// <summary>Whether a lexeme is separated from what follows: a comma, a break, the end.</summary>
    public bool Ends(int i) => Is(i, LexemeKind.Break, LexemeKind.Comma);

    /// <summary>Whether a lexeme names a family.</summary>
    public bool IsInstrument(int i) => Is(i, LexemeKind.Instrument, LexemeKind.Orchestra, LexemeKind.Refusable, LexemeKind.Refused);

    /// <summary>The place of a lexeme of some kinds in the same clause before a place, or -1.</summary>
    public int FindBack(int i, params ReadOnlySpan<LexemeKind> kinds)
    {
        while (--i >= 0 && !Is(i, LexemeKind.Break))
            if (Is(i, kinds))
                return i;
        return -1;
    }

    /// <summary>The place of a lexeme of some kinds in the same clause after a place, or -1.</summary>
    public int FindForward(int i, params ReadOnlySpan<LexemeKind> kinds)
    {
        while (++i < Count && !Is(i, LexemeKind.Break))
            if (Is(i, kinds))
                return i;
        return -1;
    }

    /// <summary>Whether a lexeme of some kinds stands anywhere.</summary>
    public bool Has(params ReadOnlySpan<LexemeKind> kinds)
    {
        for (int i = 0; i < Count; i++)
            if (Is(i, kinds))
                return true;
        return false;
    }

    private static Lexeme Other(PromptText prompt, int i) =>
        new(
            prompt[i].Text switch
            {
                _ when prompt[i].Kind != TokenKind.Mark => prompt[i].Kind == TokenKind.Number && prompt[i].Text == "0"
                    ? LexemeKind.No
                    : LexemeKind.Word,
                "," => LexemeKind.Comma,
                ":" or "=" => LexemeKind.Colon,
                "/" => LexemeKind.Slash,
                "−" => LexemeKind.Minus,
                "-" => LexemeKind.Hyphen,
                "." or ";" or "!" or "?" or "—" or "(" or ")" or "\n" => LexemeKind.Break,
                _ => LexemeKind.Mark,
            },
            "",
            i,
            i + 1
        );
}
