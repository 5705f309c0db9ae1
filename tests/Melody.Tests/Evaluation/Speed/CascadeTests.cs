using Melody.Evaluation.Speed;
using Melody.LanguageModel;
using Melody.Models;
using TorchSharp;

namespace Melody.Tests.Evaluation.Speed;

public sealed class CascadeTests
{
    [Fact]
    public void PassesOfThePaper()
    {
        // Table 3 of the paper and its claim for ten seconds
        Assert.Equal((6250, 270), (PaperSpeed.CascadePasses(10), PaperSpeed.Passes(10, 20)));
        Assert.Equal(95.7, Math.Round(100 * (1 - PaperSpeed.Passes(10, 20) / PaperSpeed.CascadePasses(10)), 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(44)]
    public void WindowsCoverThePieceOnce(double seconds)
    {
        foreach (var stage in CascadeStage.All)
        {
            var windows = stage.Windows(seconds).ToArray();
            Assert.Equal((stage.Rate * seconds, stage.ReadRate * seconds), (windows.Sum(w => w.Write), windows.Sum(w => w.Read)));
            Assert.All(windows, w => Assert.InRange(w.Read + w.Write, 1, stage.Window));
        }
        Assert.Equal(PaperSpeed.CascadePasses(seconds), CascadeStage.All.Sum(stage => stage.Windows(seconds).Sum(w => w.Write)));
    }

    [Fact]
    public void EveryTokenTakesAPassAndEveryReadingOneMore()
    {
        var sizes = ModelConfig.FromPreset("test").SemanticLanguageModel;
        using var cascade = new MusicLmCascade(sizes, torch.CPU);
        var timings = cascade.Run(4, TestContext.Current.CancellationToken);
        // the pass that reads the conditions gives the first token of a stage that reads nothing else
        Assert.Equal([("semantic", 100), ("coarse", 800 + 1), ("fine", 1600 + 2)], timings.Select(t => (t.Stage, t.Passes)));
        Assert.All(timings, t => Assert.True(t.Seconds > 0));
    }

    [Fact]
    public void EndsWhenTold()
    {
        using var cascade = new MusicLmCascade(ModelConfig.FromPreset("test").SemanticLanguageModel, torch.CPU);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => cascade.Run(10, cancelled.Token));
    }
}
