namespace Melody;

/// <summary>A generator around another one, to which all calls go on; what is put around generators derives from it.</summary>
/// <param name="inner">The other one; it is disposed of with this one.</param>
public abstract class DelegatingMusicGenerator(IMusicGenerator inner) : IMusicGenerator
{
    /// <summary>The generator inside.</summary>
    protected IMusicGenerator Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public virtual Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.GenerateAsync(prompt, options, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Inner.GenerateStreamingAsync(prompt, options, cancellationToken);

    /// <inheritdoc/>
    public virtual object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : Inner.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the generator inside.</summary>
    /// <param name="disposing">Whether it was asked for.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Inner.Dispose();
    }
}
