using Melody.Audio;

namespace Melody;

/// <summary>Music and everything that is needed to make it again.</summary>
/// <param name="Audio">The music, in the model's channels.</param>
/// <param name="Latents">The latents that it was decoded from.</param>
/// <param name="Recipe">How it was made.</param>
public sealed record GenerationResult(AudioClip Audio, AudioLatents Latents, GenerationRecipe Recipe)
{
    /// <summary>What was understood of the request, and what was not.</summary>
    public RequestReport Report { get; init; } = new([], []);

    /// <summary>Samples at which the music was continued.</summary>
    internal IReadOnlyList<int> Seams { get; init; } = [];

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
