using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A training that goes on from a finished part whose network is smaller than the new one.</summary>
public sealed class StartingWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_denoiser_of_tokens_alone_begins_to_hear_prompts_and_a_forecast_where_it_is()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var sizes = Parts.Denoiser.Config("test") with
        {
            HiddenWidth = 16,
            Blocks = 2,
            LatentChannels = 3,
            Heads = 2,
            SruWidth = 8,
            FeedForwardWidth = 16,
            PromptWidth = 0,
            ForecastTokens = 0,
        };
        var heard = sizes with { PromptWidth = 8, ForecastTokens = 3 };
        using var known = FixedValues.Fill(new DualPathDenoiser(sizes, ParameterFactory.Random(1)));
        using (var writer = ModelFolderWriter.Create(_folder["model"], "small", "test"))
        {
            writer.SetPart(Parts.Denoiser.Name, sizes, known, trained: true);
            writer.Commit();
        }
        var request = new TrainingRequest
        {
            Stage = DiffusionRecipe.Stage,
            Preset = "test",
            Corpora = [],
            RunFolder = "",
            ModelFolder = "",
            StartFrom = _folder["model"],
        };
        using var begun = new StartingWeights<DenoiserConfig, DualPathDenoiser>(request, Parts.Denoiser).Create(CPU, heard);

        Tensor latents = FixedValues.Tensor(1, 1, 20, 3),
            angles = ones(1, 20),
            tokens = arange(10, ScalarType.Int64).unsqueeze(0);
        var before = known.forward(latents, angles, tokens, null, null);
        var without = begun.forward(latents, angles, tokens, null, null);
        Assert.InRange(Change(before, without), 1e-6, 0.05); // by the forecast
        Assert.InRange(Change(without, begun.forward(latents, angles, tokens, ones(1, 8), null)), 1e-6, 0.05);
        FixedValues.AssertClose(
            known.forward(latents, angles, tokens, null, zeros(1)),
            begun.forward(latents, angles, tokens, null, zeros(1)),
            0
        );
        Assert.Contains(begun.named_parameters(), p =>
            p.name.StartsWith("prompt_encoding", StringComparison.Ordinal) && p.parameter.requires_grad
        );
    }

    [Fact]
    public void A_quantizer_can_only_be_kept_where_there_is_one()
    {
        var request = new TrainingRequest
        {
            Stage = JointEmbeddingRecipe.Stage,
            Preset = "test",
            Corpora = ["nowhere"],
            RunFolder = _folder["run"],
            ModelFolder = _folder["model"],
            Changes = ["keepQuantizer=true"],
        };
        var failure = Assert.Throws<MelodyException>(() =>
            TrainingRecipes.Run(request, TextWriter.Null, TestContext.Current.CancellationToken)
        );
        Assert.Contains("--start-from", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["model"]));
    }

    [Fact]
    public void What_is_kept_of_the_start_is_a_share_of_every_parameter()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var sizes = Parts.SemanticLanguageModel.Config("test");
        using (var known = FixedValues.Fill(new SemanticLanguageModel(sizes, ParameterFactory.Random(1)), seed: 1))
        using (var writer = ModelFolderWriter.Create(_folder["model"], "small", "test"))
        {
            writer.SetPart(Parts.SemanticLanguageModel.Name, sizes, known, trained: true);
            writer.Commit();
        }
        var request = new TrainingRequest
        {
            Stage = SemanticLanguageModelRecipe.Stage,
            Preset = "test",
            Corpora = [],
            RunFolder = "",
            ModelFolder = "",
            StartFrom = _folder["model"],
            KeptShare = 0.25,
        };
        var start = new StartingWeights<SemanticLanguageModelConfig, SemanticLanguageModel>(request, Parts.SemanticLanguageModel);
        using var trained = start.Create(CPU, sizes);
        var before = FixedValues.State(trained);
        FixedValues.Fill(trained, seed: 100);
        var after = FixedValues.State(trained);
        start.Keep(trained);
        foreach (var (name, values) in FixedValues.State(trained))
            FixedValues.AssertClose(before[name].Zip(after[name], (b, a) => 0.25 * b + 0.75 * a).ToArray(), values, 1e-6);
        Assert.Contains(before, entry => !entry.Value.SequenceEqual(after[entry.Key]));
    }

    [Theory]
    [InlineData("diffusion", "--start-from")]
    [InlineData("semantic-tokenizer", "semantic-tokenizer")]
    public void Nothing_can_be_kept_without_a_start_or_of_what_later_stages_hear(string stage, string named)
    {
        var request = new TrainingRequest
        {
            Stage = TrainingRecipes.Named(stage),
            Preset = "test",
            Corpora = ["nowhere"],
            RunFolder = _folder["run"],
            ModelFolder = _folder["model"],
            KeptShare = 0.5,
        };
        var failure = Assert.Throws<MelodyException>(() =>
            TrainingRecipes.Run(request, TextWriter.Null, TestContext.Current.CancellationToken)
        );
        Assert.Contains("--keep-start", failure.Message, StringComparison.Ordinal);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["model"]));
    }

    private static double Change(Tensor from, Tensor to) => (to - from).norm().item<float>() / from.norm().item<float>();

    public void Dispose() => _folder.Dispose();
}
