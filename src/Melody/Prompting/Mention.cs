using Melody.Music;

namespace Melody.Prompting;

/// <summary>What a prompt says of an instrument that it names.</summary>
internal enum Attitude
{
    /// <summary>It is asked for.</summary>
    Asked,

    /// <summary>It is refused.</summary>
    Refused,

    /// <summary>Neither can be said with certainty.</summary>
    Open,
}

/// <summary>An instrument that a prompt names.</summary>
/// <param name="At">Its lexeme.</param>
/// <param name="Family">Its family.</param>
/// <param name="Attitude">Whether it is asked for.</param>
/// <param name="Negator">The lexeme that refuses it, from before; -1 for none.</param>
/// <param name="Weak">Whether it counts only where it is refused: a beat, lyrics.</param>
/// <param name="Only">Whether it is what remains of "no instruments except".</param>
/// <param name="Kept">Whether the words presuppose other instruments.</param>
/// <param name="Unclear">Whether an open attitude is told as not understood.</param>
internal sealed record Mention(
    int At,
    InstrumentFamily Family,
    Attitude Attitude,
    int Negator,
    bool Weak,
    bool Only,
    bool Kept,
    bool Unclear
);
