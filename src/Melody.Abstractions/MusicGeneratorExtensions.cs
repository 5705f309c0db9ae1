namespace Melody;

/// <summary>Conveniences for <see cref="IMusicGenerator"/>.</summary>
public static class MusicGeneratorExtensions
{
    /// <summary>A builder around a generator.</summary>
    public static MusicGeneratorBuilder AsBuilder(this IMusicGenerator generator) => new(generator);

    /// <summary>What stands behind a generator; null where there is no such thing.</summary>
    /// <typeparam name="TService">Its type.</typeparam>
    /// <param name="generator">The generator.</param>
    /// <param name="serviceKey">Tells several of one type apart.</param>
    public static TService? GetService<TService>(this IMusicGenerator generator, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return generator.GetService(typeof(TService), serviceKey) is TService service ? service : default;
    }
}
