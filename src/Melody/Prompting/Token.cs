namespace Melody.Prompting;

/// <summary>What a token is made of.</summary>
internal enum TokenKind
{
    /// <summary>Letters.</summary>
    Word,

    /// <summary>Digits, with decimals.</summary>
    Number,

    /// <summary>A sign that means something: punctuation, a hyphen, a sharp.</summary>
    Mark,
}

/// <summary>A word, number or sign of a prompt.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Text">Its letters, folded: lower case, no accents, no apostrophes; "—" for every dash that separates.</param>
/// <param name="Start">Place of its first UTF-16 unit in the prompt.</param>
/// <param name="End">Place after its last.</param>
/// <param name="Glued">Whether nothing stands between it and the token before.</param>
/// <param name="Capital">Whether it begins with a capital letter, in a text that has both capital and small letters.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, bool Glued, bool Capital)
{
    /// <summary>The value of a number.</summary>
    public double Value => double.Parse(Text, System.Globalization.CultureInfo.InvariantCulture);
}
