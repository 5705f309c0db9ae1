namespace Melody.Diffusion;

/// <summary>A passage whose style is heard (<see cref="StyleMeasure"/>).</summary>
/// <param name="Residues">What the passage's tokens leave open of its latents, [frames, D] flat.</param>
/// <param name="Tokens">Its semantic tokens, [tokens, codebooks] flat; a whole number of frames each.</param>
internal sealed record StylePassage(float[] Residues, long[] Tokens);
