namespace Melody.Prompting;

/// <summary>What a rule says of one instrument.</summary>
/// <param name="Attitude">Whether it is asked for.</param>
/// <param name="Negator">The lexeme that decides it, where a list may go on from it; -1 for none.</param>
/// <param name="Only">Whether everything else is excluded by the same words.</param>
/// <param name="Kept">Whether the words presuppose other instruments: "don't forget the bass".</param>
/// <param name="Unclear">Whether an open attitude is told as not understood.</param>
internal sealed record Verdict(Attitude Attitude, int Negator = -1, bool Only = false, bool Kept = false, bool Unclear = false);
