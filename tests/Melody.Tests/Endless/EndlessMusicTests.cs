using Melody.Endless;
using static Melody.Tests.Endless.KnownMusic;

namespace Melody.Tests.Endless;

/// <summary>What a host hears of music whose every sample is known.</summary>
public sealed class EndlessMusicTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5000, 3, 256)]
    [InlineData(777, 40, 1000)]
    [InlineData(20_000, 1, 7)]
    public async Task Pieces_that_go_on_from_each_other_are_one_music(int chunk, int chunks, int buffer)
    {
        var maker = new FakeMaker(Rate)
        {
            Sound = (_, position) => Sine(position),
            Chunk = chunk,
            Chunks = chunks,
        };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        var host = new HostLoop(music);
        await host.ReadAsync(70_000, buffer);
        Assert.True(maker.Begun.Count > 2);
        RequireSine(host.Heard);
        Assert.Equal(0, music.Underruns);
        Assert.Equal(70_000.0 / Rate, music.Played.TotalSeconds, 1e-9);
    }

    [Theory]
    [InlineData(44_100)]
    [InlineData(48_000)]
    [InlineData(6_000)]
    public async Task The_host_hears_its_own_rate(int rate)
    {
        var maker = new FakeMaker(Rate) { Sound = (_, position) => Sine(position) };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions with { SampleRate = rate, Channels = 1 });
        var host = new HostLoop(music);
        await host.ReadAsync(3 * rate);
        for (int i = rate / 10; i < host.Heard.Count; i++)
            Assert.Equal(0.5 * Math.Sin(0.0123 * i * Rate / rate), host.Heard[i], 1e-4);
    }

    [Fact]
    public async Task Music_that_is_not_ready_fades_waits_and_goes_on_where_it_was()
    {
        using var chunks = new SemaphoreSlim(1);
        var maker = new FakeMaker(Rate) { Sound = (_, _) => 0.5f, BeforeChunk = (_, token) => chunks.WaitAsync(token) };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        await music.WaitForSoundAsync(Token);
        var host = new HostLoop(music);
        for (int i = 0; i < 60; i++)
            Assert.Equal(2 * 100, host.Read(100));
        int held = Fade; // kept back for the piece that follows
        Assert.Equal(1, music.Underruns);
        Assert.Equal(0, host.Heard[^1]);
        Assert.Equal(0.5f, host.Heard[1000]);
        Assert.InRange(music.Played.TotalSeconds * Rate, 5000 - held - 1.01, 5000 - held);
        Assert.Equal(6000.0 / Rate, (music.Played + music.Silence).TotalSeconds, 1e-6);
        for (int i = 1; i < host.Heard.Count; i++)
            Assert.True(Math.Abs(host.Heard[i] - host.Heard[i - 1]) <= 0.5f / 40 + 1e-6, $"A click at {i}.");

        chunks.Release(20);
        await host.ReadAsync(Rate);
        Assert.Equal(0.5f, host.Heard[^1]);
        Assert.Equal(1, music.Underruns);
        Assert.True(host.Heard.Skip(6000).Zip(host.Heard.Skip(6001), (a, b) => Math.Abs(a - b)).Max() <= 0.5f / 40 + 1e-6);
    }

    [Fact]
    public async Task Reading_allocates_nothing_whatever_happens()
    {
        using var chunks = new SemaphoreSlim(20);
        var maker = new FakeMaker(Rate) { Sound = Level, BeforeChunk = (_, token) => chunks.WaitAsync(token) };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions);
        await music.WaitForSoundAsync(Token);
        var buffer = new float[2 * 160];
        music.Read(buffer);
        await music.ChangePrompt("0.75 drums", MusicMoment.NextBeat);
        await Task.Yield();
        Assert.Equal(0, Allocated(music, buffer)); // the change and an underrun are among it
        Assert.True(music.Underruns > 0);
        Assert.Equal(240, 60 * Rate / (music.Bpm!.Value * 4000) * 240, 1e-9);
    }

    private static long Allocated(EndlessMusic music, float[] buffer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2000; i++)
            music.Read(buffer);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public async Task No_more_is_made_than_is_asked_for()
    {
        var maker = new FakeMaker(Rate) { Sound = (_, position) => Sine(position), Chunk = 4000 };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions with { AheadSeconds = 2 });
        await music.WaitForSoundAsync(Token);
        while (music.Ready.TotalSeconds < 2)
            await Task.Delay(1, Token);
        await Task.Delay(100, Token);
        Assert.InRange(maker.Made, 4, 5 + 1);
        Assert.Equal(2, music.Ready.TotalSeconds, 1e-9);
    }

    [Theory]
    [InlineData(MusicMoment.EndOfPhrase, 8 * Rate)]
    [InlineData(MusicMoment.NextBar, 2 * Rate)]
    [InlineData(MusicMoment.NextBeat, Rate / 2)]
    public async Task It_ends_within_a_beat_after_a_line(MusicMoment moment, int line)
    {
        var maker = new FakeMaker(Rate) { Sound = (_, _) => 0.5f };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        var host = new HostLoop(music);
        await host.ReadAsync(1000);
        music.Stop(moment);
        await host.ReadAsync(line);
        int end = line + Rate / 2;
        Assert.Equal(0.5f, host.Heard[line]);
        while (!music.HasEnded)
            await host.ReadAsync(100);
        Assert.InRange(host.Heard.Count, end, end + 100);
        Assert.Equal(0.25f, host.Heard[line + Rate / 4], 1e-3f);
        Assert.All(host.Heard.Skip(end), value => Assert.Equal(0, value));
        Assert.Equal(0, host.Read(100));
        await music.Completion;
        Assert.Equal(0, maker.Live);
    }

    [Fact]
    public async Task Stopped_at_once_it_fades()
    {
        var maker = new FakeMaker(Rate) { Sound = (_, _) => 0.5f };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        var host = new HostLoop(music);
        await host.ReadAsync(1000);
        music.Stop(MusicMoment.Now);
        Assert.Equal(2 * Rate / 20, host.Read(1000));
        Assert.True(host.Heard.Skip(1000).Zip(host.Heard.Skip(1001), (a, b) => Math.Abs(a - b)).Max() < 0.003);
        Assert.True(music.HasEnded);
    }

    [Fact]
    public async Task The_volume_moves_without_a_click_and_the_beginning_fades_in()
    {
        var maker = new FakeMaker(Rate) { Sound = (_, _) => 0.5f };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions with { FadeInSeconds = 0.5 });
        var host = new HostLoop(music);
        await host.ReadAsync(Rate);
        Assert.Equal(0.25f, host.Heard[Rate / 4], 1e-3f);
        Assert.Equal(0.5f, host.Heard[^1]);
        music.Volume = 0.5f;
        await host.ReadAsync(Rate);
        Assert.Equal(0.25f, host.Heard[^1], 1e-6f);
        Assert.True(host.Heard.Skip(1).Zip(host.Heard, (a, b) => Math.Abs(a - b)).Max() < 0.5 / 400 + 1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => music.Volume = float.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => music.Volume = -1);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("first chunk")]
    [InlineData("later chunk")]
    [InlineData("full")]
    [InlineData("change")]
    public async Task Disposing_ends_all_work_in_every_phase(string phase)
    {
        var reached = new TaskCompletionSource();
        var maker = new FakeMaker(Rate)
        {
            Sound = (_, position) => Sine(position),
            BeforeOpen = (words, token) => phase == "open" || words == "other" ? Block(token) : Task.CompletedTask,
            BeforeChunk = (_, token) =>
                phase == "first chunk" || (phase == "later chunk" && reached.Task.IsCompleted) ? Block(token) : Task.CompletedTask,
        };
        var music = EndlessMusic.Start(maker, "piano", HostOptions);
        if (phase is "later chunk" or "full" or "change")
            await music.WaitForSoundAsync(Token);
        Task? change = null;
        if (phase == "change")
            change = music.ChangePrompt("other");
        if (phase == "full")
            while (music.Ready.TotalSeconds < 4)
                await Task.Delay(1, Token);
        else if (phase != "later chunk")
            await reached.Task.WaitAsync(Token);
        else
            reached.SetResult();
        await music.DisposeAsync();
        Assert.Equal(0, maker.Live);
        Assert.True(music.HasEnded);
        Assert.Equal(0, music.Read(new float[64]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => music.ChangePrompt("piano"));
        if (change is not null)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
        music.Dispose();

        Task Block(CancellationToken token)
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.Infinite, token);
        }
    }

    [Fact]
    public async Task Where_no_more_can_be_made_what_is_there_is_played_and_the_reason_told()
    {
        int made = 0;
        var maker = new FakeMaker(Rate)
        {
            Sound = (_, _) => 0.5f,
            BeforeChunk = (_, _) => made++ < 3 ? Task.CompletedTask : throw new MelodyException("The weights are damaged."),
        };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        await Assert.ThrowsAsync<MelodyException>(() => music.Completion);
        var host = new HostLoop(music);
        while (!music.HasEnded)
            host.Read(100);
        Assert.InRange(host.Heard.Count, 15_000 - Fade - 1, 15_000 + 100);
        Assert.True(host.Heard.Zip(host.Heard.Skip(1), (a, b) => Math.Abs(a - b)).Max() <= 0.5f / 40 + 1e-6);
        Assert.Equal(0, music.Underruns);
    }

    [Theory]
    [InlineData(Rate)]
    [InlineData(12_000)]
    public async Task Saved_music_goes_on_where_it_was(int rate)
    {
        var maker = new FakeMaker(Rate)
        {
            Sound = (_, position) => Sine(position),
            Chunk = 3000,
            Chunks = 5,
        };
        var state = new MemoryStream();
        double played;
        await using (var music = EndlessMusic.Start(maker, "piano", HostOptions))
        {
            await new HostLoop(music).ReadAsync(23_456);
            await music.SaveAsync(state, Token);
            played = music.Played.TotalSeconds;
        }
        state.Position = 0;
        await using var resumed = EndlessMusic.Resume(maker, state, HostOptions with { SampleRate = rate });
        Assert.Equal("piano", resumed.Prompt.Text);
        Assert.True(resumed.Ready.TotalSeconds > 1); // at once
        var host = new HostLoop(resumed);
        await host.ReadAsync(8 * rate);
        int first = rate / 10; // the gate, and the resampler's first moments
        Assert.InRange(
            Enumerable
                .Range(first, host.Heard.Count - first)
                .Max(i => Math.Abs(host.Heard[i] - 0.5 * Math.Sin(0.0123 * (played + (double)i / rate) * Rate))),
            0,
            2e-4
        );
        Assert.Equal(played + 8, resumed.Played.TotalSeconds, 1e-3);
        Assert.Equal(0, resumed.Underruns);
    }

    [Fact]
    public async Task Music_that_has_ended_cannot_be_saved()
    {
        var maker = new FakeMaker(Rate) { Sound = (_, position) => Sine(position) };
        var music = EndlessMusic.Start(maker, "piano", HostOptions);
        await music.DisposeAsync();
        await Assert.ThrowsAsync<MelodyException>(() => music.SaveAsync(new MemoryStream(), Token));
    }

    [Theory]
    [InlineData(0, 2, 10.0, 0.0, "sample rate")]
    [InlineData(48_000, 0, 10.0, 0.0, "channels")]
    [InlineData(48_000, 2, 0.5, 0.0, "ready")]
    [InlineData(48_000, 2, 10.0, double.NaN, "fade-in")]
    public void What_cannot_be_is_refused(int rate, int channels, double ahead, double fadeIn, string reason)
    {
        var options = new EndlessOptions
        {
            SampleRate = rate,
            Channels = channels,
            AheadSeconds = ahead,
            FadeInSeconds = fadeIn,
        };
        var maker = new FakeMaker(Rate) { Sound = (_, _) => 0 };
        Assert.Contains(
            reason,
            Assert.Throws<MelodyException>(() => EndlessMusic.Start(maker, "piano", options)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<MelodyException>(() => EndlessMusic.Start(maker, "", HostOptions));
        Assert.Throws<MelodyException>(() => EndlessMusic.Start(maker, "piano", HostOptions with { Generation = new() { Key = "H" } }));
    }
}
