namespace Melody.Endless;

/// <summary>What the music should be like from some moment on.</summary>
/// <param name="Prompt">Words or music.</param>
/// <param name="Options">Tempo, key, steps and more.</param>
/// <param name="Quick">Whether its first sound should come soon.</param>
internal sealed record EndlessRequest(MusicPrompt Prompt, GenerationOptions Options, bool Quick);
