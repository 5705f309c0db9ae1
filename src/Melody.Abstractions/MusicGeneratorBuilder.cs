namespace Melody;

/// <summary>Puts generators around a generator: the first that is named is the outermost, and is asked first.</summary>
/// <example>
/// <code>
/// IMusicGenerator music = new MusicGenerator(model).AsMusicGenerator().AsBuilder().UseTelemetry().UseCache().Build();
/// </code>
/// </example>
/// <param name="inner">Makes the innermost one.</param>
public sealed class MusicGeneratorBuilder(Func<IServiceProvider, IMusicGenerator> inner)
{
    private readonly Func<IServiceProvider, IMusicGenerator> _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly List<Func<IMusicGenerator, IServiceProvider, IMusicGenerator>> _around = [];

    /// <summary>Around a generator that is there.</summary>
    public MusicGeneratorBuilder(IMusicGenerator inner)
        : this(_ => inner) => ArgumentNullException.ThrowIfNull(inner);

    /// <summary>Adds a generator around what comes after it.</summary>
    public MusicGeneratorBuilder Use(Func<IMusicGenerator, IMusicGenerator> around)
    {
        ArgumentNullException.ThrowIfNull(around);
        return Use((generator, _) => around(generator));
    }

    /// <summary>Adds a generator around what comes after it, made of services.</summary>
    public MusicGeneratorBuilder Use(Func<IMusicGenerator, IServiceProvider, IMusicGenerator> around)
    {
        ArgumentNullException.ThrowIfNull(around);
        _around.Add(around);
        return this;
    }

    /// <summary>Adds a trace (an activity a call) and meters; see <see cref="TelemetryMusicGenerator"/>.</summary>
    /// <param name="sourceName">Name of the source of activities and of the meter.</param>
    public MusicGeneratorBuilder UseTelemetry(string sourceName = TelemetryMusicGenerator.DefaultSourceName) =>
        Use(generator => new TelemetryMusicGenerator(generator, sourceName));

    /// <summary>Adds a memory of the music that was made last; see <see cref="CachingMusicGenerator"/>.</summary>
    /// <param name="capacity">Bytes of samples that are kept at most.</param>
    public MusicGeneratorBuilder UseCache(long capacity = CachingMusicGenerator.DefaultCapacity) =>
        Use(generator => new CachingMusicGenerator(generator, capacity));

    /// <summary>Makes the whole.</summary>
    /// <param name="services">What the parts ask for; null for none.</param>
    public IMusicGenerator Build(IServiceProvider? services = null)
    {
        services ??= NoServices.Instance;
        var generator = _inner(services);
        for (int i = _around.Count - 1; i >= 0; i--)
            generator = _around[i](generator, services) ?? throw new InvalidOperationException("A part of the builder gave no generator.");
        return generator;
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
