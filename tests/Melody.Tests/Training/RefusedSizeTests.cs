using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Weights;

namespace Melody.Tests.Training;

/// <summary>A network whose sizes do not fit the parts that it hears is refused before a corpus is read or anything is fitted.</summary>
public sealed class RefusedSizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("promptWidth", "values in a prompt's vector is 96 in the denoiser and 128 in the joint-embedding")]
    [InlineData("latentChannels", "latent channels is 24 in the denoiser and 32 in the autoencoder")]
    [InlineData("latentRate", "samples a second is 24000 in the autoencoder and 48000 in the denoiser")]
    [InlineData("tokenRate", "samples a second is 24000 in the semantic-tokenizer and 48000 in the denoiser")]
    [InlineData("tokenCount", "semantic tokens is 1024 in the semantic-tokenizer and 512 in the denoiser")]
    [InlineData("codebooks", "codebooks is 1 in the semantic-tokenizer and 2 in the denoiser")]
    public async Task A_denoiser_is_named_with_the_part_that_it_does_not_fit(string size, string sentence)
    {
        var usual = Parts.Denoiser.Config("test");
        var config = size switch
        {
            "promptWidth" => usual with { PromptWidth = 96 },
            "latentChannels" => usual with { LatentChannels = 24 },
            "latentRate" => usual with { LatentRate = 100 },
            "tokenRate" => usual with { TokenRate = 50 },
            "tokenCount" => usual with { TokenCount = 512 },
            _ => usual with { Codebooks = [1024, 1024] },
        };
        using (var parameters = ParameterFactory.Random(1))
        using (var network = new DualPathDenoiser(config, parameters))
            Write(Parts.Denoiser.Name, config, network);
        await AssertRefusedAsync(DiffusionRecipe.Stage, sentence);
    }

    [Theory]
    [InlineData("prefixLevels", "prefix tokens is 8 in the semantic-lm and 12 in the joint-embedding")]
    [InlineData("prefixCodes", "entries of a prefix token is 2048 in the semantic-lm and 1024 in the joint-embedding")]
    [InlineData("semanticCodes", "semantic tokens is 2048 in the semantic-lm and 1024 in the semantic-tokenizer")]
    public async Task A_language_model_is_named_with_the_part_that_it_does_not_fit(string size, string sentence)
    {
        var usual = Parts.SemanticLanguageModel.Config("test");
        var config = size switch
        {
            "prefixLevels" => usual with { PrefixLevels = 8 },
            "prefixCodes" => usual with { PrefixCodes = 2048 },
            _ => usual with { SemanticCodes = 2048 },
        };
        using (var parameters = ParameterFactory.Random(1))
        using (var network = new SemanticLanguageModel(config, parameters))
            Write(Parts.SemanticLanguageModel.Name, config, network);
        await AssertRefusedAsync(SemanticLanguageModelRecipe.Stage, sentence);
    }

    private void Write(string part, object config, TorchSharp.torch.nn.Module network)
    {
        using var writer = ModelFolderWriter.Create(_folder["start"], "other", "test");
        writer.SetPart(part, config, network, trained: true);
        writer.Commit();
    }

    private async Task AssertRefusedAsync(Stage stage, string sentence)
    {
        using (var model = MusicModel.CreateUntrained("test", 3))
            await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        var before = File.ReadAllBytes(_folder["model/config.json"]);
        var request = new TrainingRequest
        {
            Stage = stage,
            Preset = "test",
            Corpora = [_folder["nowhere"]],
            RunFolder = _folder["run"],
            ModelFolder = _folder["model"],
            StartFrom = _folder["start"],
            Device = ComputeDevice.Cpu,
        };
        var failure = Assert.Throws<MelodyException>(() =>
            TrainingRecipes.Run(request, TextWriter.Null, TestContext.Current.CancellationToken)
        );
        Assert.StartsWith(
            $"The parts of the model in '{_folder["model"]}' and of the model in '{_folder["start"]}' do not fit each other",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["model/config.json"]));
        Assert.False(Directory.Exists(_folder["run"]));
    }
}
