using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Loop;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-training").FullName;

    [Fact]
    public void LearnsAndReports()
    {
        using var stage = new ToyStage();
        var log = new RecordingLog();
        Assert.True(Train(stage, log, Options(300) with { ValidationSteps = 100 }));
        Assert.Equal(300, log.Losses.Count);
        Assert.True(log.Losses[^1].Value < 0.02 * log.Losses[0].Value, $"from {log.Losses[0].Value} to {log.Losses[^1].Value}");
        Assert.Equal(3, log.Validations.Count);
        Assert.True(log.Validations[2]["error"] < log.Validations[0]["error"]);
    }

    [Fact]
    public void FiguresAreReadForTheLogOnly()
    {
        using var stage = new ToyStage();
        var log = new RecordingLog();
        Train(stage, log, Options(12) with { LogSteps = 5 });
        Assert.Equal([false, false, false, false, true, false, false, false, false, true, false, false], stage.Shown);
        Assert.Equal(2, log.Losses.Count);
    }

    [Theory]
    [InlineData("\"Step\":3", "\"Step\":-3")]
    [InlineData("\"Batches\":3", "\"Batches\":9223372036854775808")]
    [InlineData("{\"layer\":3}", "{}")]
    [InlineData("{\"layer\":3}", "null")]
    [InlineData("{\"layer\":3}", "{\"layer\":-1}")]
    [InlineData("\"Skipped\":0", "\"Skipped\":null")]
    [InlineData("\"Configuration\":\"", "\"Configuration\":\"\\ud800")]
    public void ADamagedCheckpointIsOneSentence(string part, string instead)
    {
        using (var stage = new ToyStage())
            Train(stage, new RecordingLog(), Options(3));
        var file = Directory.GetFiles(Path.Combine(_folder, "run", "checkpoints")).Single();
        Dictionary<string, Tensor> tensors;
        string state;
        using (var reader = SafetensorsReader.Open(file))
        {
            tensors = reader.Entries.Keys.ToDictionary(name => name, reader.Read);
            state = reader.Metadata["state"];
        }
        Assert.Contains(part, state, StringComparison.Ordinal);
        SafetensorsWriter.Write(
            file,
            tensors,
            new Dictionary<string, string> { ["state"] = state.Replace(part, instead, StringComparison.Ordinal) }
        );
        using var again = new ToyStage();
        var error = Assert.Throws<MelodyException>(() => Train(again, new RecordingLog(), Options(5) with { Resume = true }));
        Assert.Contains("checkpoint", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ResumedEqualsUninterruptedBitForBit(int accumulation)
    {
        using var whole = new ToyStage();
        Train(whole, new RecordingLog(), Options(40, "whole") with { Accumulation = accumulation });

        var options = Options(40, "parts") with { Accumulation = accumulation };
        using (var stop = new CancellationTokenSource())
        {
            using var first = new ToyStage
            {
                OnStep = step =>
                {
                    if (step == 16)
                        stop.Cancel();
                },
            };
            Assert.False(Train(first, new RecordingLog(), options, stop.Token));
        }
        using var second = new ToyStage();
        Assert.True(Train(second, new RecordingLog(), options with { Resume = true }));

        Assert.Equal(FixedValues.State(whole.Layer)["weight"], FixedValues.State(second.Layer)["weight"]);
        Assert.Equal(FixedValues.State(whole.Layer)["bias"], FixedValues.State(second.Layer)["bias"]);
        Assert.Equal(Enumerable.Range(17 * accumulation, 23 * accumulation).Select(i => (long)i), second.BatchesSeen);
    }

    [Fact]
    public void AStepThatIsNotFiniteIsLeftOutAndCounted()
    {
        using var stage = new ToyStage { Poisoned = step => step is 3 or 7 };
        var log = new RecordingLog();
        Train(stage, log, Options(20));
        Assert.Equal(2, log.Skipped);
        Assert.All(FixedValues.State(stage.Layer)["weight"], w => Assert.True(double.IsFinite(w)));
    }

    [Fact]
    public void TenSuchStepsInARowStopTheRun()
    {
        using var stage = new ToyStage { Poisoned = step => step >= 5 };
        var error = Assert.Throws<MelodyException>(() => Train(stage, new RecordingLog(), Options(50)));
        Assert.Contains("step 14", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AUsedFolderIsRefusedWithoutResume()
    {
        using var stage = new ToyStage();
        Train(stage, new RecordingLog(), Options(3));
        using var again = new ToyStage();
        Assert.Contains(
            "--resume",
            Assert.Throws<MelodyException>(() => Train(again, new RecordingLog(), Options(6))).Message,
            StringComparison.Ordinal
        );
        var other = Options(6) with { Resume = true, Configuration = "other" };
        Assert.Contains(
            "configuration",
            Assert.Throws<MelodyException>(() => Train(again, new RecordingLog(), other)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TheBudgetEndsTheCallNotTheTraining()
    {
        using var stage = new ToyStage();
        Assert.False(Train(stage, new RecordingLog(), Options(1000) with { Budget = TimeSpan.Zero }));
        Assert.True(Directory.Exists(Path.Combine(_folder, "run", "checkpoints")));
    }

    [Fact]
    public void LiveTensorsStayFlat()
    {
        var counts = new List<long>();
        using var stage = new ToyStage
        {
            OnStep = step =>
            {
                if (step is 20 or 219)
                    counts.Add(LiveTensors.Count);
            },
        };
        Train(stage, new RecordingLog(), Options(220));
        Assert.Equal(counts[0], counts[1]);
    }

    // every step takes a second
    private sealed class StepClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    [Fact]
    public void NoMoreThanTheIntervalIsEverLost()
    {
        var clock = new StepClock();
        var lost = new List<long>();
        var checkpoints = Path.Combine(_folder, "run", "checkpoints");
        using var stage = new ToyStage
        {
            OnStep = step =>
            {
                // what a process killed in the middle of this step would lose of the steps done, each a second long
                var newest = Directory.Exists(checkpoints) ? Directory.GetFiles(checkpoints, "step-*").Max() : null;
                lost.Add(
                    step
                        - (
                            newest is null
                                ? 0
                                : long.Parse(
                                    Path.GetFileNameWithoutExtension(newest)[5..],
                                    System.Globalization.CultureInfo.InvariantCulture
                                )
                        )
                );
                clock.Seconds++;
            },
        };
        Train(stage, new RecordingLog(), Options(60) with { Clock = clock, CheckpointInterval = TimeSpan.FromSeconds(7) });
        Assert.Equal(6, lost.Max()); // the seventh second ends with a checkpoint
        Assert.Equal(2, Directory.GetFiles(checkpoints).Length);
    }

    [Fact]
    public void TheLearningRateCoolsDownAtTheEndOfTheBudget()
    {
        var clock = new StepClock();
        using var stage = new ToyStage { OnStep = _ => clock.Seconds++ };
        var log = new RecordingLog();
        var options = Options(1_000_000) with { Clock = clock, Budget = TimeSpan.FromSeconds(100), CoolDown = TimeSpan.FromSeconds(40) };
        Assert.False(Train(stage, log, options));
        // the rate is asked for when a step's gradient is known: after 1, 2, ... seconds
        Assert.Equal(0.02 * 3 / 5, log.Rates[2], 1e-12);
        Assert.All(log.Rates.Skip(5).Take(55), rate => Assert.Equal(0.02, rate, 1e-12));
        Assert.Equal(0.02 * (0.05 + 0.95 * 0.5), log.Rates[79], 1e-12);
        Assert.Equal(0.02 * 0.05, log.Rates[99], 1e-12);
        Assert.Single(log.Validations); // what the budget has bought is measured
    }

    [Fact]
    public void TheCosineFollowsTheStepsThatWereAskedForLast()
    {
        using var first = new ToyStage();
        Train(first, new RecordingLog(), Options(10));
        using var second = new ToyStage();
        var log = new RecordingLog();
        Train(second, log, Options(25) with { Resume = true });
        // ten of twenty-five: the rate rises again and ends where a training of twenty-five steps would have ended
        Assert.Equal(15, log.Rates.Count);
        Assert.Equal(0.02 * (0.05 + 0.95 * 0.5 * (1 + Math.Cos(Math.PI * 5 / 20))), log.Rates[0], 1e-12);
        Assert.Equal(0.02 * (0.05 + 0.95 * 0.5 * (1 + Math.Cos(Math.PI * 19 / 20))), log.Rates[^1], 1e-12);
    }

    private TrainingOptions Options(long steps, string run = "run") =>
        new()
        {
            RunFolder = Path.Combine(_folder, run),
            Steps = steps,
            LogSteps = 1,
            ValidationSteps = 0,
            Configuration = "toy",
        };

    private static bool Train(ToyStage stage, ITrainingLog log, TrainingOptions options, CancellationToken? cancellation = null)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var loop = new TrainingLoop<float[]>(stage, options, log);
        return loop.Run(cancellation ?? TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
