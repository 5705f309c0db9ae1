using System.Runtime.CompilerServices;

namespace Melody;

/// <summary>A <see cref="MusicGenerator"/> behind the interface; the model is its caller's, or its own where it is told so.</summary>
/// <param name="generator">Makes the music.</param>
/// <param name="model">The model to dispose of with it; null for none.</param>
internal sealed class ModelMusicGenerator(MusicGenerator generator, MusicModel? model = null) : IMusicGenerator
{
    /// <inheritdoc/>
    public async Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var result = await generator.GenerateAsync(prompt, Read(options), cancellation: cancellationToken).ConfigureAwait(false);
        return new(result.Audio.Memory, result.Audio.SampleRate, result.Audio.Channels)
        {
            Seed = result.Recipe.Seed,
            ModelId = result.Recipe.Model,
            RawRepresentation = result,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var chunks = generator.StreamAsync(prompt, Read(options), cancellation: cancellationToken);
        await foreach (var chunk in chunks.ConfigureAwait(false))
            yield return new(chunk.Samples, chunk.SampleRate, chunk.Channels)
            {
                Seed = chunk.Recipe.Seed,
                ModelId = chunk.Recipe.Model,
                RawRepresentation = chunk,
            };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(generator) ? generator
            : serviceType.IsInstanceOfType(generator.Model) ? generator.Model
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => model?.Dispose();

    private static GenerationOptions Read(MusicOptions? options)
    {
        var own = options?.RawOptions as GenerationOptions ?? new();
        return options is null
            ? own
            : own with
            {
                Seconds = options.Seconds ?? own.Seconds,
                Seed = options.Seed ?? own.Seed,
                Bpm = options.Bpm ?? own.Bpm,
                Key = options.Key ?? own.Key,
                Metre = options.Metre ?? own.Metre,
                NegativePrompt = options.NegativePrompt ?? own.NegativePrompt,
            };
    }
}
