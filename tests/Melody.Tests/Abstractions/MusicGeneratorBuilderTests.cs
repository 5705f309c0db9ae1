namespace Melody.Tests.Abstractions;

/// <summary>What is put around a generator: order, services, disposal.</summary>
public sealed class MusicGeneratorBuilderTests
{
    private sealed class Named(IMusicGenerator inner, string name, List<string> calls) : DelegatingMusicGenerator(inner)
    {
        public string Name => name;

        public override Task<MusicResponse> GenerateAsync(
            string prompt,
            MusicOptions? options = null,
            CancellationToken cancellationToken = default
        )
        {
            calls.Add(name);
            return base.GenerateAsync(prompt, options, cancellationToken);
        }
    }

    [Fact]
    public async Task The_first_that_is_named_is_asked_first()
    {
        var calls = new List<string>();
        var plain = new PlainGenerator();
        var music = plain
            .AsBuilder()
            .Use(inner => new Named(inner, "first", calls))
            .Use((inner, _) => new Named(inner, "second", calls))
            .Build();
        var response = await music.GenerateAsync("piano", new() { Seconds = 2 });
        Assert.Equal(["first", "second"], calls);
        Assert.Equal(2, response.Duration.TotalSeconds);
        Assert.Equal("first", music.GetService<Named>()!.Name);
        Assert.Same(plain, music.GetService<PlainGenerator>());
        Assert.Null(music.GetService<string>());
        Assert.Null(music.GetService<PlainGenerator>("key"));
        music.Dispose();
        Assert.True(plain.IsDisposed);
    }

    [Fact]
    public async Task Streams_go_through()
    {
        using var music = new PlainGenerator().AsBuilder().UseTelemetry().UseCache().Build();
        var heard = new List<float>();
        await foreach (var update in music.GenerateStreamingAsync("piano"))
            heard.AddRange(update.Samples.Span);
        Assert.Equal([1, 0, 1, 1, 1, 2], heard);
    }

    [Fact]
    public void A_part_that_gives_nothing_is_told() =>
        Assert.Throws<InvalidOperationException>(() => new PlainGenerator().AsBuilder().Use(_ => null!).Build());
}
