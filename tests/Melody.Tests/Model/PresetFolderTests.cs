using Melody.Models;
using Melody.Nn;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Tests.Model;

/// <summary>A folder on the disk in place of a preset's name, and the one that the repository has.</summary>
public sealed class PresetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Sizes_and_training_options_come_from_its_files()
    {
        Directory.CreateDirectory(_folder["mine/training"]);
        File.WriteAllText(
            _folder["mine/semantic-lm.json"],
            """{ "layers": 2, "width": 64, "heads": 2, "feedForward": 96, "semanticOutputOnly": true, "codebooks": [8, 4] }"""
        );
        File.WriteAllText(
            _folder["mine/training/semantic-lm.json"],
            """
            { "steps": 7, "batch": 3, "learningRate": 0.5, "warmUpSteps": 1, "weightDecay": 0, "emaDecay": 0.9, "jitterTokens": 0,
              "conditions": { "none": 0.1 } }
            """
        );
        var config = Parts.SemanticLanguageModel.Config(_folder["mine"]);
        Assert.Equal((64, 12), (config.Width, config.Sizes().Total));
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(_folder["mine"], SemanticLanguageModelRecipe.Stage);
        Assert.Equal((7, 3), (options.Steps, options.Batch));
        Assert.Contains("no 'denoiser.json'", Assert.Throws<MelodyException>(() => Parts.Denoiser.Config(_folder["mine"])).Message);
        Assert.Contains("Unknown preset", Assert.Throws<MelodyException>(() => Parts.Denoiser.Config(_folder["none"])).Message);
    }

    [Fact]
    public void The_second_models_parts_can_be_made_and_fit_each_other()
    {
        string preset = Path.Combine(HouseTests.Repository, "models", "second");
        using var parameters = ParameterFactory.Meta();
        var autoencoder = Parts.MagnitudeAutoencoder.Config(preset);
        var tokenizer = Parts.SemanticTokenizer.Config(preset);
        var denoiser = Parts.Denoiser.Config(preset);
        var model = Parts.SemanticLanguageModel.Config(preset);
        Parts.MagnitudeAutoencoder.Create(autoencoder, parameters).Dispose();
        Parts.SemanticTokenizer.Create(tokenizer, parameters).Dispose();
        Parts.Denoiser.Create(denoiser, parameters).Dispose();
        Parts.SemanticLanguageModel.Create(model, parameters).Dispose();
        Assert.Equal(tokenizer.Sizes().ToString(), denoiser.Sizes().ToString());
        Assert.Equal(tokenizer.Sizes().ToString(), model.Sizes().ToString());
        Assert.Equal(autoencoder.LatentChannels, denoiser.LatentChannels);
        Assert.Equal(autoencoder.SampleRate, denoiser.LatentRate * autoencoder.SamplesPerLatent);
        Assert.Equal(tokenizer.SampleRate, denoiser.TokenRate * tokenizer.Hop);
    }

    public void Dispose() => _folder.Dispose();
}
