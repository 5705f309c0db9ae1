using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Melody.Extensions.DependencyInjection;

/// <summary>Melody as services of a host.</summary>
public static class MelodyServices
{
    /// <summary>
    /// Adds <see cref="IMusicGenerator"/> with logging, telemetry and a cache where that is asked for; <see cref="MusicGenerator"/> for all
    /// that Melody can do; and the <see cref="MusicModel"/> behind both. The model is loaded when one of them is first asked for, or
    /// earlier with <see cref="MelodyModel"/>, and once.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMelody(this IServiceCollection services, Action<MelodyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MelodyOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton<MelodyModel>();
        services.TryAddSingleton(provider => provider.GetRequiredService<MelodyModel>().Get());
        services.TryAddSingleton(provider => new MusicGenerator(provider.GetRequiredService<MusicModel>()));
        services.TryAddSingleton(Build);
        return services;
    }

    /// <summary>Adds a log of what is made: a line when a call begins and ends, a warning when it fails.</summary>
    public static MusicGeneratorBuilder UseLogging(this MusicGeneratorBuilder builder, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use(
            (inner, services) =>
                (loggers ?? (ILoggerFactory?)services.GetService(typeof(ILoggerFactory))) is { } factory
                    ? new LoggingMusicGenerator(inner, factory.CreateLogger<LoggingMusicGenerator>())
                    : inner
        );
    }

    private static IMusicGenerator Build(IServiceProvider provider)
    {
        long cache = provider.GetRequiredService<IOptions<MelodyOptions>>().Value.CacheBytes;
        var builder = new MusicGeneratorBuilder(services => services.GetRequiredService<MusicGenerator>().AsMusicGenerator());
        builder.UseLogging().UseTelemetry();
        if (cache > 0)
            builder.UseCache(cache);
        return builder.Build(provider);
    }
}
