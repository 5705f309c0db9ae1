using Melody.Audio;
using Melody.Runtime;

namespace Melody.Tests.Generation;

/// <summary>Models that are disposed of, callers that change their minds, and hosts with other things to do.</summary>
public sealed class ModelLifeTests
{
    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 0.5,
        Seed = 7,
        Steps = 1,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_that_was_disposed_of_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        var model = MusicModel.CreateUntrained("test", 3);
        await model.SaveAsync(folder["model"], Token);
        var before = File.ReadAllBytes(Path.Combine(folder["model"], "config.json"));
        model.Dispose();
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.SaveAsync(folder["other"], Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.SaveAsync(folder["model"], Token));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder["model"], "config.json")));
        Assert.Equal(["model"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            new MusicGenerator(model).GenerateAsync("flute", Quick, cancellation: Token)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_generation_ends_when_its_model_is_disposed_of(bool inside)
    {
        var model = MusicModel.CreateUntrained("test", 3);
        var begun = new TaskCompletionSource();
        var progress = new Listener(_ =>
        {
            begun.TrySetResult();
            if (inside)
                model.Dispose();
        });
        var run = new MusicGenerator(model).GenerateAsync("flute", Quick with { Seconds = 600, Steps = 50 }, progress, Token);
        var waiting = new MusicGenerator(model).GenerateAsync("flute", Quick with { Seconds = 600 }, cancellation: Token);
        await begun.Task;
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => run);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public async Task Who_waits_for_the_networks_blocks_no_thread_and_leaves_at_once()
    {
        using var model = MusicModel.CreateUntrained("test", 3);
        var (held, free) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var first = model.WorkAsync(_ => (held.TrySetResult(), free.Wait(TimeSpan.FromMinutes(1), Token)).Item2, Token);
        await held.Task;
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var generator = new MusicGenerator(model);
        // more than any pool has threads
        var waiting = Enumerable.Range(0, 500).Select(_ => generator.GenerateAsync("flute", Quick, cancellation: source.Token)).ToList();
        await Task.Run(() => { }, Token);
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        await source.CancelAsync();
        foreach (var task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.False(first.IsCompleted);
        free.Set();
        Assert.True(await first);
    }

    [Fact]
    public async Task All_networks_work_on_one_thread()
    {
        using var model = MusicModel.CreateUntrained("test", 3);
        var threads = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => model.WorkAsync(_ => Environment.CurrentManagedThreadId, Token)))
        );
        Assert.Single(threads.Distinct());
        Assert.False(NetworkThread.IsCurrent);
        Assert.True(await model.WorkAsync(_ => NetworkThread.IsCurrent, Token));
    }

    [Fact]
    public async Task Who_waits_for_a_model_while_it_reports_progress_is_told()
    {
        using var model = MusicModel.CreateUntrained("test", 3);
        using var other = MusicModel.CreateUntrained("test", 4);
        foreach (var called in new[] { model, other })
        {
            var generator = new MusicGenerator(called);
            var clip = new AudioClip(new float[24000], 24000);
            var progress = new Listener(_ => WaitFor(generator.EncodeAsync(clip, Token)));
            var run = new MusicGenerator(model).GenerateAsync("flute", Quick, progress, Token);
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(TimeSpan.FromMinutes(2), Token));
            Assert.Contains("while it reported its progress", error.Message, StringComparison.Ordinal);
        }
        // others are served on
        Assert.Equal(0.5, (await new MusicGenerator(model).GenerateAsync("flute", Quick, cancellation: Token)).Audio.Seconds, 1e-3);
    }

    private static void WaitFor(Task task) => task.GetAwaiter().GetResult();

    [Fact]
    public async Task Music_prompts_are_left_between_two_windows()
    {
        using var model = MusicModel.CreateUntrained("test", 3);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var scope = TorchSharp.torch.NewDisposeScope();
        await source.CancelAsync();
        var audio = TorchSharp.torch.zeros(1, 40 * model.SampleRate);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Networks.JointEmbedding.TokensForAudio(audio, source.Token));
    }

    private sealed class Listener(Action<GenerationProgress> hear) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => hear(value);
    }
}
