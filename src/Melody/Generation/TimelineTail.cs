namespace Melody.Generation;

/// <summary>
/// The last moments of music, as networks need them to go on from it: whole frames, from the beginning of a semantic token on.
/// </summary>
/// <param name="Start">The sample at which it begins, counted by whoever keeps it.</param>
/// <param name="Latents">Frame after frame.</param>
/// <param name="Tokens">Semantic tokens up to the one that sounds in the last frame.</param>
internal sealed record TimelineTail(long Start, float[] Latents, long[] Tokens);
