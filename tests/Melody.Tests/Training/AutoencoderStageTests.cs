using Melody.Autoencoder;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The autoencoder learns one batch by heart, alone and against its discriminators, and leaves no tensors behind.</summary>
public sealed class AutoencoderStageTests : IDisposable
{
    private const int Samples = 9600,
        Period = 480;

    private readonly TemporaryFolder _folder = new();

    // as long as a segment, so that every draw is the same but for its level: a wave of fifty periods a second, of every frequency
    private sealed class OneSound : IAudioCollection
    {
        public int SampleRate => 24000;

        public int Count => 1;

        public long Samples(int piece) => AutoencoderStageTests.Samples;

        public void Read(int piece, long start, Span<float> into)
        {
            var random = new Random(1);
            var period = Enumerable.Range(0, Period).Select(_ => (float)(0.4 * random.NextDouble() - 0.2)).ToArray();
            for (int i = 0; i < into.Length; i++)
                into[i] = period[(start + i) % Period];
        }
    }

    private (RecordingLog Log, double Deviation) Train(long reconstructionSteps, long steps)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.Autoencoder.Config("test");
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>("test", AutoencoderRecipe.Stage) with
        {
            Batch = 2,
            SegmentSamples = Samples,
            ReconstructionSteps = reconstructionSteps,
            LearningRate = 0.008,
        };
        using var network = NewNetwork.Create(1, CPU, p => AudioAutoencoder.Create(config, p));
        using var stage = new AutoencoderStage(network, options, new OneSound(), new OneSound(), seed: 1);
        var log = new RecordingLog();
        using var loop = new TrainingLoop<float[]>(
            stage,
            new()
            {
                RunFolder = _folder[$"run-{reconstructionSteps}"],
                Steps = steps,
                LogSteps = 1,
                ValidationSteps = 0,
            },
            log
        );
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.Equal(log.LiveTensors[4], log.LiveTensors[^1]);
        return (log, log.Validations[^1]["log magnitude"]);
    }

    [Fact]
    public void It_learns_one_batch()
    {
        var (log, deviation) = Train(long.MaxValue, 200);
        double first = log.Losses.Take(3).Average(l => l.Value),
            last = log.Losses.TakeLast(20).Average(l => l.Value);
        Assert.True(last < 0.5 * first, $"from {first} to {last}, held out {deviation}");
    }

    [Fact]
    public void Its_discriminators_learn_with_it()
    {
        var (log, _) = Train(2, 8);
        Assert.Equal(0, log.Skipped);
    }

    public void Dispose() => _folder.Dispose();
}
