using static TorchSharp.torch;

namespace Melody.Tests.Reference;

/// <summary>The count notices a tensor that nobody disposes, in a scope or out of one.</summary>
public sealed class LiveTensorsTests
{
    [Fact]
    public void AForgottenTensorIsCounted()
    {
        LiveTensors.AssertFlat(() => ones(1).Dispose());
        LiveTensors.AssertFlat(() =>
        {
            using var scope = NewDisposeScope();
            _ = ones(1) + 1;
        });
        var kept = new List<Tensor>();
        Assert.ThrowsAny<Exception>(() => LiveTensors.AssertFlat(() => kept.Add(ones(1)), runs: 3));
        Assert.ThrowsAny<Exception>(() =>
            LiveTensors.AssertFlat(
                () =>
                {
                    using var scope = NewDisposeScope();
                    kept.Add((ones(1) + 1).DetachFromDisposeScope());
                },
                runs: 3
            )
        );
        kept.ForEach(t => t.Dispose());
    }

    [Fact]
    public async Task AForgottenTensorOfAnotherThreadIsCounted()
    {
        var token = TestContext.Current.CancellationToken;
        await LiveTensors.AssertFlatOnAllThreadsAsync(() => Task.Run(() => ones(1).Dispose(), token), runs: 3);
        var kept = new List<Tensor>();
        await Assert.ThrowsAnyAsync<Exception>(() =>
            LiveTensors.AssertFlatOnAllThreadsAsync(() => Task.Run(() => kept.Add(ones(1)), token), runs: 3)
        );
        kept.ForEach(t => t.Dispose());
    }
}
