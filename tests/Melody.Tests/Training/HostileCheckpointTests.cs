using Melody.Training.Loop;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Checkpoints whose state cannot be are refused with a sentence, and the tensors of the training stay as they were.</summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private const string Good =
        """{"Step":5,"Batches":5,"Seed":1,"TotalSteps":10,"Updates":{"g":5},"Skipped":0,"Seconds":1.5,"Configuration":"c","Commit":null}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (CheckpointState? State, float Weight) Load(string state)
    {
        using var scope = NewDisposeScope();
        var weight = zeros(1);
        var tensors = new Dictionary<string, Tensor> { ["g.w.values"] = ones(1) };
        SafetensorsWriter.Write(_folder["step-000000005.safetensors"], tensors, new Dictionary<string, string> { ["state"] = state });
        try
        {
            return (
                new CheckpointStore(_folder.Path).Load(new Dictionary<string, Tensor> { ["g.w.values"] = weight }),
                weight.item<float>()
            );
        }
        catch (MelodyException e)
        {
            Assert.EndsWith("is not a training checkpoint.", e.Message, StringComparison.Ordinal);
            return (null, weight.item<float>());
        }
    }

    [Fact]
    public void AStateThatCanBeIsRead()
    {
        var (state, weight) = Load(Good);
        Assert.Equal((5L, 5L, 1f), (state!.Step, state.Updates["g"], weight));
    }

    [Theory]
    [InlineData("\"Updates\":{\"g\":5}", "\"Updates\":null")]
    [InlineData("\"Updates\":{\"g\":5}", "\"Updates\":{\"g\":null}")]
    [InlineData("\"Updates\":{\"g\":5}", "\"Updates\":{\"g\":-1}")]
    [InlineData("\"Updates\":{\"g\":5}", "\"Updates\":[5]")]
    [InlineData("\"Step\":5", "\"Step\":-1")]
    [InlineData("\"Step\":5", "\"Step\":9223372036854775808")]
    [InlineData("\"Step\":5", "\"Step\":5,\"Step\":6")]
    [InlineData("\"Batches\":5,", "")]
    [InlineData("\"Seconds\":1.5", "\"Seconds\":1e400")]
    [InlineData("\"Seconds\":1.5", "\"Seconds\":\"NaN\"")]
    [InlineData("\"Configuration\":\"c\"", "\"Configuration\":null")]
    [InlineData(Good, "null")]
    [InlineData(Good, "")]
    [InlineData(Good, "[]")]
    public void AStateThatCannotBeIsRefused(string part, string hostile)
    {
        var (state, weight) = Load(Good.Replace(part, hostile, StringComparison.Ordinal));
        Assert.Null(state);
        Assert.Equal(0, weight);
    }
}
