using CsCheck;
using Melody.Evaluation.Metrics;
using Melody.Evaluation.Speed;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Training;
using Melody.Training.Loop;
using static TorchSharp.torch;

namespace Melody.Tests.Evaluation.Speed;

public sealed class SpeedTests
{
    [Fact]
    public void MedianHasAsManyAboveAsBelow() =>
        Gen.Double[-1e3, 1e3]
            .Array[1, 20]
            .Sample(values =>
            {
                double middle = Median.Of(values);
                Assert.True(values.Count(v => v > middle) <= values.Length / 2);
                Assert.True(values.Count(v => v < middle) <= values.Length / 2);
            });

    [Fact]
    public void AGenerationIsTimedStageByStage()
    {
        using var model = MusicModel.CreateUntrained("test", 0, new() { Device = ComputeDevice.Cpu });
        const int steps = 2;
        var timing = TimedGeneration.Run(model, 7, steps, 1, TestContext.Current.CancellationToken);
        // a window of 200 frames, 50 a second, and hops of 100 of which 8 are made again; 25 tokens a second; the language model's window
        // of 10 s never moves
        const double end = (200 + 2 * (100 - 8)) / 50.0;
        Assert.Equal((int)Math.Ceiling(25 * end - 1e-6) + 3 * steps, timing.Passes);
        Assert.All(timing.Parts, part => Assert.True(part > 0));
        Assert.InRange(timing.Parts.Sum(), 0, timing.Whole);
        Assert.InRange(timing.FirstAudio, timing.Prompt, timing.Whole);
    }

    [Fact]
    public void FewerThreadsAreMeasuredForTheShortestLengthOnly() =>
        Assert.Equal(
            [
                new(10, 5, ComputeDevice.Cpu, 1),
                new(10, 5, ComputeDevice.Cpu, 4),
                new(30, 5, ComputeDevice.Cpu, 4),
                new(10, 5, ComputeDevice.Cuda, 4),
                new(30, 5, ComputeDevice.Cuda, 4),
            ],
            SpeedCase.All([10, 30], [5], [ComputeDevice.Cpu, ComputeDevice.Cuda], [4, 1, 4])
        );

    [Fact]
    public void PrecisionsTakeTurns()
    {
        var seen = new List<ScalarType>();
        using var stage = new ToyStage { OnStep = _ => seen.Add(ComputePrecision.Current) };
        using var timer = new StepTimer(
            [ScalarType.BFloat16, ScalarType.Float32],
            warmUp: 1,
            steps: 3,
            TestContext.Current.CancellationToken
        );
        var folder = Directory.CreateTempSubdirectory("melody-steps");
        var before = ComputePrecision.Current;
        try
        {
            using var loop = new TrainingLoop<float[]>(
                stage,
                new()
                {
                    RunFolder = folder.FullName,
                    Steps = long.MaxValue,
                    LogSteps = 1,
                },
                timer
            );
            Assert.False(loop.Run(timer.Enough));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.Equal(Enumerable.Repeat(new[] { ScalarType.BFloat16, ScalarType.Float32 }, 4).SelectMany(pair => pair), seen);
        Assert.Equal(before, ComputePrecision.Current);
        foreach (var type in seen.Distinct())
        {
            Assert.True(timer.Seconds(type) > 0);
            Assert.InRange(timer.WaitingShare(type), 0, 1);
        }
    }

    [Fact]
    public void PrecisionFollowsTheProcessor()
    {
        Assert.SkipUnless(File.Exists("/proc/cpuinfo"), "Only Linux lists the processor's features.");
        var flags = File.ReadLines("/proc/cpuinfo")
            .First(line => line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal))
            .Split(' ');
        Assert.Equal(flags.Contains("avx512_bf16") ? ScalarType.BFloat16 : ScalarType.Float32, ComputePrecision.Fastest);
    }

    [Fact]
    public void TheLanguageModelOfTheTrainingBenchHasElevenMillionParameters()
    {
        using var parameters = ParameterFactory.Meta();
        using var network = new Melody.LanguageModel.SemanticLanguageModel(TrainingSpeed.LanguageModelSizes("mini"), parameters);
        Assert.InRange(network.parameters().Sum(p => p.numel()), 10_950_000, 11_050_000);
    }

    [Fact]
    public void AReportKeepsThePapersFiguresApart()
    {
        var timing = new GenerationTiming
        {
            Prompt = 0.01,
            LanguageModel = 1,
            Denoiser = 3,
            Decoder = 0.5,
            FirstAudio = 2,
            Whole = 5,
            Processor = 9,
            GeneratorsProcessor = 8,
            Passes = 270,
        };
        var row = new SpeedRow("m", false, "cpu", 2, 10, 20, 3, 0.7, null, 250_000_000, timing);
        var headline = new Headline(10, 20, 3, timing, [new("semantic", 250, 2, 4), new("fine", 5980, 18, 36)]);
        var text = new SpeedReport(["A note."], [row], [headline], null).ToMarkdown();
        Assert.Contains(
            "| 10 | 20 | cpu, 2 | 48000 | 2.00 | 2.00 | 5.00 | 9.00 | 0.010 | 1.00 | 3.00 | 0.50 | 270 | not measured | 0.70 | 250 | 3 |",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("| *paper* | 20 | *Xeon Platinum 8260* | 498 | 0.02 |", text, StringComparison.Ordinal);
        Assert.Contains("| 10 | cascade | 6250 | 6230 | 20.00 | 40.00 | 3 |", text, StringComparison.Ordinal);
        Assert.Contains("| 95.7 % fewer | 95.7 % fewer | 5.0 × | 5.0 × | |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("matmul", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(line => line.StartsWith('|') && line.Contains("paper*", StringComparison.Ordinal)), line =>
            Assert.Equal(18, line.Count(c => c == '|'))
        );
    }
}
