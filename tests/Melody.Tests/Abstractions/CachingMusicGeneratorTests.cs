namespace Melody.Tests.Abstractions;

/// <summary>Which calls are made once.</summary>
public sealed class CachingMusicGeneratorTests
{
    private static readonly MusicOptions Seeded = new() { Seed = 3, Seconds = 1 };

    [Fact]
    public async Task Equal_calls_with_a_seed_are_one()
    {
        var plain = new PlainGenerator();
        using var music = new CachingMusicGenerator(plain);
        var first = await music.GenerateAsync("piano", Seeded);
        Assert.Same(first, await music.GenerateAsync("piano", Seeded with { }));
        Assert.Equal(1, plain.Calls);
        await music.GenerateAsync("piano", Seeded with { Bpm = 90 });
        await music.GenerateAsync("drums", Seeded);
        Assert.Equal(3, plain.Calls);
    }

    [Fact]
    public async Task Without_a_seed_nothing_is_remembered()
    {
        var plain = new PlainGenerator();
        using var music = new CachingMusicGenerator(plain);
        await music.GenerateAsync("piano");
        await music.GenerateAsync("piano");
        Assert.Equal(2, plain.Calls);
    }

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        var plain = new PlainGenerator();
        using var music = new CachingMusicGenerator(plain, 2 * 100 * sizeof(float)); // two pieces of a second
        await music.GenerateAsync("a", Seeded);
        await music.GenerateAsync("b", Seeded);
        await music.GenerateAsync("a", Seeded);
        await music.GenerateAsync("c", Seeded); // b goes
        await music.GenerateAsync("a", Seeded);
        Assert.Equal(3, plain.Calls);
        await music.GenerateAsync("b", Seeded);
        Assert.Equal(4, plain.Calls);
        await music.GenerateAsync("long", Seeded with { Seconds = 3 });
        await music.GenerateAsync("long", Seeded with { Seconds = 3 });
        Assert.Equal(6, plain.Calls); // larger than all that is kept
    }

    [Fact]
    public async Task Equal_calls_at_the_same_time_are_one_and_one_that_is_cancelled_harms_no_other()
    {
        var gate = new TaskCompletionSource();
        var plain = new PlainGenerator { Before = (_, token) => gate.Task.WaitAsync(token) };
        using var music = new CachingMusicGenerator(plain);
        using var cancelled = new CancellationTokenSource();
        var first = music.GenerateAsync("piano", Seeded, cancelled.Token);
        var second = music.GenerateAsync("piano", Seeded);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var third = music.GenerateAsync("piano", Seeded);
        gate.SetResult();
        Assert.Same(await second, await third);
    }

    [Fact]
    public async Task A_stream_that_was_heard_to_its_end_is_remembered()
    {
        var plain = new PlainGenerator();
        using var music = new CachingMusicGenerator(plain);
        await foreach (var _ in music.GenerateStreamingAsync("piano", Seeded))
            break;
        var first = await SamplesAsync();
        Assert.Equal(first, await SamplesAsync());
        Assert.Equal(2, plain.Calls);
        await music.GenerateAsync("piano", Seeded); // the whole is not the stream
        Assert.Equal(3, plain.Calls);

        async Task<List<float>> SamplesAsync()
        {
            var heard = new List<float>();
            await foreach (var update in music.GenerateStreamingAsync("piano", Seeded))
            {
                Assert.Equal((100, 2), (update.SampleRate, update.Channels));
                heard.AddRange(update.Samples.Span);
            }
            return heard;
        }
    }
}
