using Melody.Studio.Engine;
using Melody.Tests;

namespace Melody.Studio.Tests.Engine;

/// <summary>A front end tells of a model what a server that has loaded it tells.</summary>
public sealed class FrontEngineTests
{
    private static void AssertSame(MelodyEngine loaded, FrontEngine front)
    {
        Assert.Equal(loaded.Info.Parts, front.Info.Parts);
        Assert.Equal(loaded.Info, front.Info with { Parts = loaded.Info.Parts });
        const string prompt = "a waltz in A minor, 90 bpm, xyzzy";
        var (expected, read) = (loaded.Understand(prompt), front.Understand(prompt));
        Assert.Equal(expected.Asked, read.Asked);
        Assert.Equal(expected.NotUnderstood, read.NotUnderstood);
        Assert.Contains("90 bpm", read.Asked);
    }

    [Fact]
    public async Task What_it_knows_of_a_model_is_what_the_loaded_model_tells()
    {
        using var folder = new TemporaryFolder();
        var options = new MusicModelOptions { Threads = 1, AllowUntrained = true };
        using (var made = MusicModel.CreateUntrained("test", 0, options))
        {
            AssertSame(new(made), FrontEngine.Untrained("test"));
            await made.SaveAsync(folder["model"], TestContext.Current.CancellationToken);
        }
        using var model = await MusicModel.LoadAsync(folder["model"], options, TestContext.Current.CancellationToken);
        AssertSame(new(model), FrontEngine.Open(folder["model"], allowUntrained: true));
        var refusal = Assert.Throws<MelodyException>(() => FrontEngine.Open(folder["model"], allowUntrained: false));
        Assert.Contains("untrained", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Music_without_end_is_refused_with_a_sentence()
    {
        var refusal = Assert.Throws<MelodyException>(() => FrontEngine.Untrained("test").Endless("calm"));
        Assert.Contains("--workers 1", refusal.Message, StringComparison.Ordinal);
    }
}
