using Melody.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Melody.Tests.Extensions;

/// <summary>Melody as services of a host.</summary>
public sealed class MelodyServicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_model_serves_all_and_goes_with_the_host()
    {
        using var folder = new TemporaryFolder();
        using (var model = MusicModel.CreateUntrained("test"))
            await model.SaveAsync(folder["model"], Token);
        var logs = new Lines();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(logs);
        services.AddMelody(options =>
        {
            (options.ModelFolder, options.AllowUntrained) = (folder["model"], true);
            (options.Device, options.CacheBytes) = (ComputeDevice.Cpu, 1 << 20);
        });
        var provider = services.BuildServiceProvider();
        Assert.Same(await provider.GetRequiredService<MelodyModel>().LoadAsync(), provider.GetRequiredService<MusicModel>());
        var music = provider.GetRequiredService<IMusicGenerator>();
        Assert.Same(music, provider.GetRequiredService<IMusicGenerator>());
        Assert.NotNull(music.GetService<TelemetryMusicGenerator>());
        Assert.Same(provider.GetRequiredService<MusicGenerator>(), music.GetService<MusicGenerator>());
        Assert.Same(provider.GetRequiredService<MusicModel>(), music.GetService<MusicModel>());

        var options = new MusicOptions
        {
            Seconds = 0.5,
            Seed = 4,
            Bpm = 92,
            NegativePrompt = "drums",
            RawOptions = new GenerationOptions { Steps = 1, Guidance = 1 },
        };
        var made = await music.GenerateAsync("slow piano", options, Token);
        Assert.Equal((0.5, 4L, 24_000, 1), (made.Duration.TotalSeconds, made.Seed!.Value, made.SampleRate, made.Channels));
        var result = Assert.IsType<GenerationResult>(made.RawRepresentation);
        Assert.Equal((92, 1, "drums"), (result.Recipe.Options.Bpm, result.Recipe.Options.Steps, result.Recipe.Options.NegativePrompt));
        Assert.Equal(["92 bpm", "piano alone", "no drums"], result.Report.Understood);
        Assert.Same(made, await music.GenerateAsync("slow piano", options, Token));
        await Assert.ThrowsAsync<MelodyException>(() => music.GenerateAsync("", options, Token));
        Assert.Contains(logs.Written, line => line.StartsWith("Information: Made 0.5 seconds", StringComparison.Ordinal));
        Assert.Contains(logs.Written, line => line.StartsWith("Warning: No music", StringComparison.Ordinal));

        await provider.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => music.GenerateAsync("fast drums", options, Token));
    }

    [Fact]
    public async Task A_model_that_is_missing_is_told_each_time()
    {
        using var folder = new TemporaryFolder();
        await using var provider = new ServiceCollection()
            .AddMelody(options => options.ModelFolder = folder["nothing"])
            .BuildServiceProvider();
        await Assert.ThrowsAsync<MelodyException>(() => provider.GetRequiredService<MelodyModel>().LoadAsync());
        Assert.Throws<MelodyException>(() => provider.GetRequiredService<IMusicGenerator>());
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Written.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
