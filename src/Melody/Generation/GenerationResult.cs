using Melody.Audio;

namespace Melody;

/// <summary>Music and everything that is needed to make it again.</summary>
/// <param name="Audio">The music, mono.</param>
/// <param name="Latents">The latents that it was decoded from.</param>
/// <param name="Recipe">How it was made.</param>
public sealed record GenerationResult(AudioClip Audio, AudioLatents Latents, GenerationRecipe Recipe)
{
    /// <summary>Samples at which the music was continued.</summary>
    internal IReadOnlyList<int> Borders { get; init; } = [];

    /// <summary>Writes the music, complete or not at all, with the recipe in the file's metadata.</summary>
    /// <param name="path">The file; its ending tells the format unless the options do.</param>
    /// <param name="options">Format and depth; metadata that they hold takes the place of the recipe's.</param>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public void Write(string path, AudioWriteOptions? options = null)
    {
        options ??= new();
        if (options.Metadata == AudioMetadata.None)
            options = options with { Metadata = Recipe.ToMetadata() };
        Audio.Write(path, options);
    }
}

/// <summary>A piece of a stream: final samples that follow the previous chunk's without a gap.</summary>
/// <param name="Samples">Mono samples.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Start">Position of the first sample in the music, in samples.</param>
/// <param name="Recipe">How the music is made; the same in every chunk.</param>
public sealed record AudioChunk(ReadOnlyMemory<float> Samples, int SampleRate, long Start, GenerationRecipe Recipe);

/// <summary>How far a generation has come.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Fraction">Share of the whole work that is done, 0 to 1.</param>
public readonly record struct GenerationProgress(string Stage, double Fraction);
