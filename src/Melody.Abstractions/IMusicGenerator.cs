namespace Melody;

/// <summary>
/// Anything that makes music from words, at once or as a stream. Programs that take this interface can be tested without a model, and
/// whoever composes them decides what makes the music and what is put around it (<see cref="MusicGeneratorBuilder"/>).
/// </summary>
/// <remarks>Implementations are safe for use by several threads at once; disposing one while it works ends the work.</remarks>
public interface IMusicGenerator : IDisposable
{
    /// <summary>Makes a piece of music.</summary>
    /// <param name="prompt">What it should be like.</param>
    /// <param name="options">Length, seed, tempo and more; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    Task<MusicResponse> GenerateAsync(string prompt, MusicOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Makes a piece of music and hands it out while it is made.</summary>
    /// <param name="prompt">What it should be like.</param>
    /// <param name="options">Length, seed, tempo and more; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>What stands behind this generator, for what the interface does not offer.</summary>
    /// <param name="serviceType">Such as the type of the generator itself.</param>
    /// <param name="serviceKey">Tells several of one type apart.</param>
    /// <returns>It, or null.</returns>
    object? GetService(Type serviceType, object? serviceKey = null);
}
