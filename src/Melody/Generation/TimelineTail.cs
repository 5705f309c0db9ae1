using Melody.Diffusion;

namespace Melody.Generation;

/// <summary>
/// The last moments of music, as networks need them to go on from it: whole frames, from the beginning of a semantic token on.
/// </summary>
/// <param name="Start">The sample at which it begins, counted by whoever keeps it.</param>
/// <param name="Latents">Frame after frame.</param>
/// <param name="Tokens">Semantic tokens up to the one that sounds in the last frame.</param>
/// <param name="Style">
/// The passage whose style the denoiser heard, kept so that it does not fade from piece to piece; null where what follows takes another,
/// or the denoiser hears none.
/// </param>
internal sealed record TimelineTail(long Start, float[] Latents, long[] Tokens, StylePassage? Style = null);
