using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The two generators learn one batch by heart, leave no tensors behind, and go on bit by bit.</summary>
public sealed class GeneratorStageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static DiffusionStage Diffusion(DenoiserConfig config)
    {
        var options = TrainingPreset.Read<DiffusionTrainingOptions>("test", DiffusionRecipe.Stage) with { Batch = 2, Unconditioned = 0 };
        // two frames a token, and each token has a sound of its own; 0.4 sin times 3.5 has a variance of one
        var random = new Random(3);
        long[] tokens = [.. Enumerable.Range(0, config.Frames).Select(_ => random.NextInt64(16))];
        var latents = tokens.SelectMany(token =>
            Enumerable
                .Range(0, 2 * config.LatentChannels)
                .Select(i => (float)(0.4 * Math.Sin((token + 1) * (i % config.LatentChannels + 1) * 1.7)))
        );
        var batch = new LatentBatch([.. latents], tokens, []);
        var network = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(config, p));
        return new(network, options, new OneBatch<LatentBatch>(batch), new OneBatch<LatentBatch>(batch));
    }

    [Fact]
    public void The_denoiser_learns_one_batch()
    {
        var config = Parts.Denoiser.Config("test") with { Frames = 64, LatentScale = 3.5 };
        var log = Train(Diffusion(config), 200);
        // latents of unit variance: where nothing is learnt, the velocity's error is 1
        double first = log.Losses.Take(5).Average(l => l.Value),
            last = log.Losses.TakeLast(20).Average(l => l.Value);
        Assert.InRange(first, 0.8, 1.5);
        Assert.True(last < 0.6, $"from {first} to {last}");
        Assert.True(log.Validations[^1]["velocity error"] < 0.6);
    }

    // two pieces with the same tokens and opposite sounds
    private static LatentBatch OppositePieces(DenoiserConfig config, long[] prefixes)
    {
        float[] sound =
        [
            .. Enumerable.Range(0, config.Frames * config.LatentChannels).Select(i => (float)Math.Cos(i % config.LatentChannels * 1.7)),
        ];
        return new([.. sound, .. sound.Select(v => -v)], new long[2 * config.Frames / 2], prefixes);
    }

    [Fact]
    public void The_denoiser_learns_what_the_prompt_alone_tells()
    {
        var config = Parts.Denoiser.Config("test") with { Frames = 64, LatentScale = 1 };
        var options = TrainingPreset.Read<DiffusionTrainingOptions>("test", DiffusionRecipe.Stage) with
        {
            Batch = 2,
            Unconditioned = 0,
            OneAngle = 1,
            AngleSkew = 3,
        };
        var batch = OppositePieces(config, [.. new long[12], .. Enumerable.Repeat(1L, 12)]);
        using var embedding = NewNetwork.Create(1, CPU, p => new ResidualQuantizer(
            new() { Levels = 12, Entries = 2 },
            config.PromptWidth,
            p
        ));
        var network = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(config, p));
        var log = Train(
            new DiffusionStage(network, options, new OneBatch<LatentBatch>(batch), new OneBatch<LatentBatch>(batch), quantizer: embedding),
            150
        );
        var figures = log.Validations[^1];
        Assert.True(
            figures["one angle"] < 0.8 * figures["one angle without prompt"],
            $"{figures["one angle"]} with, {figures["one angle without prompt"]} without"
        );
    }

    [Fact]
    public void Frames_that_stay_clean_tell_the_denoiser_what_tokens_leave_open()
    {
        var config = Parts.Denoiser.Config("test") with { Frames = 64, LatentScale = 1 };
        var options = TrainingPreset.Read<DiffusionTrainingOptions>("test", DiffusionRecipe.Stage) with
        {
            Batch = 2,
            Unconditioned = 0,
            OneAngle = 1,
            AngleSkew = 100,
            CleanFrames = 0.5,
        };
        var batch = OppositePieces(config, []);
        var network = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(config, p));
        var log = Train(new DiffusionStage(network, options, new OneBatch<LatentBatch>(batch), new OneBatch<LatentBatch>(batch)), 150);
        var figures = log.Validations[^1];
        Assert.True(figures["continued"] < 0.7 * figures["from noise"], $"{figures["continued"]} of {figures["from noise"]} from noise");
    }

    [Fact]
    public void Gaps_lie_within_a_window_and_every_second_reaches_its_end()
    {
        var random = new Random(5);
        var gaps = Enumerable.Range(0, 2000).Select(_ => DiffusionStage.Gap(random, 10).GetOffsetAndLength(10)).ToArray();
        Assert.All(gaps, gap => Assert.InRange(gap.Length, 1, 10 - gap.Offset));
        Assert.Equal([.. Enumerable.Range(0, 10)], gaps.Select(gap => gap.Offset).Distinct().Order());
        // of the others, 19 of 100 reach it by chance
        Assert.InRange(gaps.Count(gap => gap.Offset + gap.Length == 10), 2000 * 0.55, 2000 * 0.64);
    }

    [Fact]
    public void Chunks_share_an_angle_or_not_and_noise_comes_more_often()
    {
        using var scope = NewDisposeScope();
        var uniform = tensor(new[] { 0.25f, 0.04f, 1f, 0.09f }, [2, 2]);
        double[] shared = FixedValues.Flat(DiffusionStage.Angles(uniform, tensor(new[] { true, false }), skew: 2));
        Assert.Equal([0.5, 0.5, 1, 0.3], shared.Select(angle => Math.Round(angle / (Math.PI / 2), 5)));
        Assert.Equal(
            [0.25, 0.04, 1, 0.09],
            FixedValues
                .Flat(DiffusionStage.Angles(uniform, zeros(2, ScalarType.Bool), skew: 1))
                .Select(angle => Math.Round(angle / (Math.PI / 2), 5))
        );
    }

    [Fact]
    public void The_language_model_learns_one_batch()
    {
        var log = Train(LanguageModel(), 120);
        Assert.InRange(log.Losses[0].Value, Math.Log(1024) - 1, Math.Log(1024) + 1);
        Assert.True(log.Losses[^1].Value < 0.2, $"from {log.Losses[0].Value} to {log.Losses[^1].Value}");
        Assert.True(log.Validations[^1]["loss"] < 0.5);
    }

    private static SemanticLanguageModelStage LanguageModel()
    {
        var config = Parts.SemanticLanguageModel.Config("test") with { Window = 40 };
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>("test", SemanticLanguageModelRecipe.Stage) with
        {
            Batch = 4,
        };
        var vocabulary = new SemanticVocabulary(config);
        var random = new Random(4);
        var batch = new SemanticBatch(
            [
                .. Enumerable
                    .Range(0, 4)
                    .SelectMany(_ => vocabulary.Conditions([.. Enumerable.Range(0, 12).Select(_ => random.NextInt64(1024))])),
            ],
            [.. Enumerable.Range(0, 4 * config.Window).Select(_ => random.NextInt64(1024))],
            [.. Enumerable.Repeat(true, 4 * config.Window)]
        );
        return new(
            NewNetwork.Create(1, CPU, p => new SemanticLanguageModel(config, p)),
            options,
            new OneBatch<SemanticBatch>(batch),
            new Dictionary<string, IBatchSource<SemanticBatch>> { ["loss"] = new OneBatch<SemanticBatch>(batch) }
        );
    }

    [Fact]
    public void Only_known_semantic_positions_count()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.SemanticLanguageModel.Config("test") with { Window = 6 };
        using var model = FixedValues.Fill(new SemanticLanguageModel(config, ParameterFactory.Random(1)));
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>("test", SemanticLanguageModelRecipe.Stage);
        var vocabulary = new SemanticVocabulary(config);
        var conditions = vocabulary.Conditions([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var batch = new SemanticBatch(conditions, [5, 900, 33, 7, 0, 0], [true, true, true, true, false, false]);
        using var stage = new SemanticLanguageModelStage(
            model,
            options,
            new OneBatch<SemanticBatch>(batch),
            new Dictionary<string, IBatchSource<SemanticBatch>>()
        );
        using var scope = NewDisposeScope();
        var loss = stage.Loss(stage.Sets[0], batch, new StepContext(0, 1, new Random(1)), [])!.item<float>();
        var scores = FixedValues.Matrix(
            model.forward(tensor(conditions, [1, conditions.Length]), tensor(new long[] { 5, 900, 33, 7, 0 }, [1, 5]))
        );
        double expected = 0;
        long[] codes = [5, 900, 33, 7];
        for (int t = 0; t < 4; t++)
        {
            var row = Enumerable.Range(0, vocabulary.OutputCount).Select(i => scores[t, i]).ToArray();
            expected += (Math.Log(row.Sum(Math.Exp)) - row[codes[t] + vocabulary.OutputStart]) / 4;
        }
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var diffusion = Diffusion(Parts.Denoiser.Config("test") with { Frames = 32 });
        using var language = LanguageModel();
        AssertFlat(diffusion);
        AssertFlat(language);
    }

    private static void AssertFlat<TBatch>(TrainingStage<TBatch> stage)
    {
        var batch = stage.Batches.Create(0);
        LiveTensors.AssertFlat(
            () =>
            {
                using var scope = NewDisposeScope();
                using var loss = stage.Loss(stage.Sets[0], batch, new StepContext(0, 1, new Random(1)), [])!;
                loss.backward();
                using (no_grad())
                    stage.Validate(0, Path.GetTempPath());
                foreach (var parameter in stage.Sets[0].Modules.SelectMany(m => m.parameters()))
                {
                    parameter.grad?.Dispose();
                    parameter.grad = null;
                }
            },
            runs: 4
        );
    }

    private RecordingLog Train<TBatch>(TrainingStage<TBatch> stage, long steps)
    {
        using var _ = stage;
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var log = new RecordingLog();
        using var loop = new TrainingLoop<TBatch>(
            stage,
            new()
            {
                RunFolder = _folder["run"],
                Steps = steps,
                LogSteps = 1,
                ValidationSteps = 0,
            },
            log
        );
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.Equal(log.LiveTensors[4], log.LiveTensors[^1]);
        return log;
    }

    public void Dispose() => _folder.Dispose();
}
