namespace Melody.Prompting;

/// <summary>A prompt and its tokens; places outside of it hold an empty mark, so that rules can look around freely.</summary>
internal sealed class PromptText
{
    private static readonly Token None = new(TokenKind.Mark, "", 0, 0, false, false);

    private readonly List<Token> _tokens;

    /// <param name="text">The prompt.</param>
    public PromptText(string text)
    {
        Text = text;
        HasCase = text.Any(char.IsUpper) && text.Any(char.IsLower);
        _tokens = PromptTokenizer.Read(text, HasCase);
    }

    /// <summary>The prompt as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether capitals can tell anything: the text is neither all small nor all capital letters.</summary>
    public bool HasCase { get; }

    /// <summary>Tokens.</summary>
    public int Count => _tokens.Count;

    /// <summary>The token at a place.</summary>
    public Token this[int i] => i >= 0 && i < _tokens.Count ? _tokens[i] : None;

    /// <summary>Whether the token at a place reads as one of these.</summary>
    public bool Is(int i, params ReadOnlySpan<string> texts) => i >= 0 && i < Count && texts.Contains(_tokens[i].Text);

    /// <summary>Whether a place is outside of the text or holds a mark that separates clauses.</summary>
    public bool IsBoundary(int i) => i < 0 || i >= Count || _tokens[i].Kind == TokenKind.Mark && "—,.;:!?()\n".Contains(_tokens[i].Text);

    /// <summary>Whether the token at a place is a mark inside a word: "lo-fi".</summary>
    public bool IsHyphen(int i) => this[i] is { Kind: TokenKind.Mark, Text: "-", Glued: true };

    /// <summary>The place after a hyphen, or the place itself.</summary>
    public int SkipHyphen(int i) => IsHyphen(i) ? i + 1 : i;
}
