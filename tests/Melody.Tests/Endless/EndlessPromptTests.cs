using Melody.Endless;
using static Melody.Tests.Endless.KnownMusic;

namespace Melody.Tests.Endless;

/// <summary>What a host hears when it asks for other music: where the change falls, and that nothing jumps.</summary>
public sealed class EndlessPromptTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MusicMoment.NextBar, 120.0, 4)]
    [InlineData(MusicMoment.NextBar, 137.0, 3)]
    [InlineData(MusicMoment.NextBeat, 70.0, 4)]
    [InlineData(MusicMoment.EndOfPhrase, 200.0, 2)]
    public async Task A_new_prompt_takes_over_at_a_line_to_the_sample(MusicMoment moment, double bpm, int beats)
    {
        var maker = new FakeMaker(Rate, bpm, beats) { Sound = Level, Chunk = 8000 };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions with { AheadSeconds = 10 });
        var host = new HostLoop(music);
        await host.ReadAsync(11_111);
        await music.ChangePrompt("0.75 drums", moment);
        await host.ReadAsync(70_000);
        decimal step =
            60m
            * Rate
            / (decimal)bpm
            * (
                moment == MusicMoment.NextBeat ? 1
                : moment == MusicMoment.NextBar ? beats
                : 4 * beats
            );
        RequireTakeOver(host.Heard, 0.25f, 0.75f, at => Enumerable.Range(0, 400).Any(number => (long)Math.Round(number * step) == at));
        Assert.Equal(0, music.Underruns);
    }

    // the level rises once, within a fade that ends at a line, and never jumps
    private static void RequireTakeOver(IReadOnlyList<float> heard, float from, float to, Func<int, bool> isLine)
    {
        int behind = Enumerable.Range(1000, heard.Count - 1000).First(i => Math.Abs(heard[i] - to) < 1e-4f && heard[i - 1] < heard[i]);
        int before = behind;
        while (Math.Abs(heard[before] - from) > 1e-6)
            before--;
        int line = before + 1 + Fade;
        Assert.True(isLine(line), $"The other music takes over at {line}.");
        Assert.InRange(behind, line - 2, line);
        for (int i = before; i < line; i++)
            Assert.InRange(heard[i + 1] - heard[i], -1e-6, (to - from) * 2 / Fade);
        Assert.All(heard.Skip(line), value => Assert.Equal(to, value, 1e-5f));
    }

    [Fact]
    public async Task What_comes_late_takes_a_later_line()
    {
        var gate = new TaskCompletionSource();
        var maker = new FakeMaker(Rate)
        {
            Sound = Level,
            Chunk = 8000,
            BeforeOpen = (words, token) => words == "0.75 drums" ? gate.Task.WaitAsync(token) : Task.CompletedTask,
        };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions with { AheadSeconds = 30 });
        var host = new HostLoop(music);
        while (music.Ready.TotalSeconds < 29)
            await Task.Delay(1, Token);
        var change = music.ChangePrompt("0.75 drums", MusicMoment.NextBar);
        await host.ReadAsync(20 * Rate); // far beyond the line that was chosen
        Assert.Equal(0.25f, host.Heard[^1]);
        gate.SetResult();
        await change;
        await host.ReadAsync(8 * Rate);
        RequireTakeOver(host.Heard, 0.25f, 0.75f, at => at % (2 * Rate) == 0 && at > 20 * Rate);
    }

    [Fact]
    public async Task What_comes_late_takes_a_line_although_little_was_made()
    {
        var (gate, made) = (new TaskCompletionSource(), new SemaphoreSlim(3));
        var maker = new FakeMaker(Rate)
        {
            Sound = Level,
            Chunk = Rate,
            BeforeOpen = (words, token) => words == "0.75 drums" ? gate.Task.WaitAsync(token) : Task.CompletedTask,
            BeforeChunk = (words, token) => words == "0.25 piano" ? made.WaitAsync(token) : Task.CompletedTask,
        };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions with { AheadSeconds = 30 });
        var host = new HostLoop(music);
        while (maker.Made < 3)
            await Task.Delay(1, Token);
        var change = music.ChangePrompt("0.75 drums", MusicMoment.NextBar); // three seconds are there: one line, and none after it
        made.Release(100);
        while (!maker.Opening.Contains("0.75 drums"))
            await Task.Delay(1, Token);
        while (host.Heard.Count < 2 * Rate + Rate / 2 && music.Ready.TotalSeconds > 0.4)
            await host.ReadAsync(256); // beyond the line that was chosen
        gate.SetResult();
        await change;
        await host.ReadAsync(4 * Rate);
        RequireTakeOver(host.Heard, 0.25f, 0.75f, at => at % (2 * Rate) == 0);
        Assert.Equal(0, music.Underruns);
    }

    [Fact]
    public async Task Two_changes_in_a_row_are_in_time_both()
    {
        var maker = new FakeMaker(Rate) { Sound = Level, Chunk = 8000 };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions with { AheadSeconds = 10 });
        var host = new HostLoop(music);
        await host.ReadAsync(12_345);
        await music.ChangePrompt("0.5 drums", MusicMoment.NextBar);
        var second = music.ChangePrompt("0.75 organ", MusicMoment.NextBar); // before the first is heard
        while (host.Heard[^1] < 0.5f - 1e-5f)
            await host.ReadAsync(256);
        await second;
        await host.ReadAsync(20 * Rate);
        Assert.Equal(["0.25 piano", "0.5 drums", "0.75 organ"], maker.Begun.Select(begun => begun.Prompt));
        Assert.All(maker.Begun, begun => Assert.Equal(0, begun.Position % (2 * Rate)));
        int[] rises = [.. Enumerable.Range(1000, host.Heard.Count - 1000).Where(i => host.Heard[i - 1] < host.Heard[i] - 1e-6f)];
        Assert.Equal(2, rises.Select(i => (i + Fade) / (2 * Rate)).Distinct().Count());
        Assert.All(rises, i => Assert.InRange((i + Fade) % (2 * Rate), 0, Fade));
        Assert.Equal(0.75f, host.Heard[^1], 1e-5f);
    }

    [Fact]
    public async Task A_change_before_the_first_sound_replaces_the_beginning()
    {
        var gate = new TaskCompletionSource();
        var maker = new FakeMaker(Rate)
        {
            Sound = Level,
            BeforeOpen = (words, token) => words == "0.25 piano" ? gate.Task.WaitAsync(token) : Task.CompletedTask,
        };
        await using var music = EndlessMusic.Start(maker, "0.25 piano", HostOptions);
        await music.ChangePrompt("0.75 drums");
        var host = new HostLoop(music);
        await host.ReadAsync(Rate);
        Assert.Equal(0.75f, host.Heard[^1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => music.WaitForSoundAsync(Token));
    }

    [Fact]
    public async Task A_prompt_that_fails_leaves_the_music_as_it_is()
    {
        var maker = new FakeMaker(Rate)
        {
            Sound = (_, position) => Sine(position),
            BeforeOpen = (words, _) => words == "bad" ? throw new MelodyException("It is bad.") : Task.CompletedTask,
        };
        await using var music = EndlessMusic.Start(maker, "piano", HostOptions);
        var host = new HostLoop(music);
        await host.ReadAsync(Rate);
        Assert.Contains(
            "bad",
            (await Assert.ThrowsAsync<MelodyException>(() => music.ChangePrompt("bad"))).Message,
            StringComparison.Ordinal
        );
        await host.ReadAsync(15 * Rate);
        RequireSine(host.Heard);
    }
}
