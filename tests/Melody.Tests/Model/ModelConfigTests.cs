using Melody.Conditioning;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Weights;

namespace Melody.Tests.Model;

/// <summary>The presets fit together and have the sizes that they promise.</summary>
public sealed class ModelConfigTests
{
    [Fact]
    public void ThereAreThreePresets() => Assert.Equal(["mini", "paper", "test"], PresetFile.Names);

    [Theory]
    [InlineData("mini", 250, 50)]
    [InlineData("test", 250, 50)]
    [InlineData("paper", 250, 250)]
    public void ThePartsOfEveryPresetAgree(string preset, int window, int latentRate)
    {
        var config = ModelConfig.FromPreset(preset);
        Assert.Equal(24000, config.Autoencoder.SampleRate);
        Assert.Equal(24000 / latentRate, config.Codec.LatentHop);
        Assert.Equal(window, config.SemanticLanguageModel.Window);
        Assert.Equal(12, config.JointEmbedding.Quantizer.Levels);
    }

    [Fact]
    public void PaperHasThePapersSizes()
    {
        var sizes = ModelConfig.FromPreset("paper").Sizes().ToDictionary(p => p.Name, p => p.Parameters / 1e6);
        Assert.InRange(sizes["semantic-lm"], 429.5 * 0.96, 429.5 * 1.04);
        Assert.InRange(sizes["semantic-tokenizer"], 199.5 * 0.96, 199.5 * 1.04);
        Assert.InRange(sizes["joint-embedding"], 195.3 * 0.96, 195.3 * 1.04);
        Assert.InRange(sizes["denoiser"], 296.6 * 0.96, 296.6 * 1.04);
        Assert.InRange(sizes["autoencoder-decoder"], 60.1 * 0.95, 60.1 * 1.05);
        Assert.InRange(sizes["autoencoder-encoder"], 11.3, 11.5); // HifiGanEncoder explains the difference to the paper's 40
    }

    [Fact]
    public void MiniIsSmallEnoughToShip()
    {
        var config = ModelConfig.FromPreset("mini");
        Assert.InRange(config.Sizes().Sum(p => p.Parameters), 20_000_000, 39_500_000);
        // as it ships: matrices in bfloat16, vectors and codebooks in float32
        using var parameters = ParameterFactory.Meta();
        using var parts = new ModelParts(config, parameters);
        long bytes = parts.All.Sum(part =>
        {
            var matrices = part.Module.parameters().Where(p => p.dim() >= 2).Sum(p => p.numel());
            var state = StateDictionary.Of(part.Module);
            Assert.DoesNotContain(state.Keys, name => name.Split('.').Any(n => n.StartsWith('_')));
            return 4 * state.Values.Sum(v => v.numel()) - 2 * matrices;
        });
        Assert.InRange(bytes / (double)(1 << 20), 20, 80);
    }

    [Fact]
    public void PartsThatDisagreeAreNamed()
    {
        var config = ModelConfig.FromPreset("test");
        Assert.Same(config, config.Checked("it"));
        AssertRefused(
            config with
            {
                Denoiser = config.Denoiser with { LatentChannels = 8 },
            },
            "latent channels is 8 in the denoiser and 32 in the autoencoder"
        );
        AssertRefused(
            config with
            {
                Denoiser = config.Denoiser with { LatentRate = 25 },
            },
            "samples a second is 24000 in the autoencoder and 12000"
        );
        AssertRefused(config with { Autoencoder = config.Autoencoder with { SampleRate = 48000 } }, "samples a second");
        AssertRefused(
            config with
            {
                SemanticTokenizer = config.SemanticTokenizer with { Codes = 512 },
            },
            "semantic tokens is 512 in the semantic-tokenizer and 1024 in the denoiser"
        );
        AssertRefused(
            config with
            {
                SemanticTokenizer = config.SemanticTokenizer with { Hop = 480 },
            },
            "12000 in the denoiser with the tokenizer's 480 samples a token"
        );
        AssertRefused(
            config with
            {
                SemanticLanguageModel = config.SemanticLanguageModel with { PrefixLevels = 8 },
            },
            "prefix tokens is 8 in the semantic-lm and 12 in the joint-embedding"
        );
        AssertRefused(
            config with
            {
                SemanticLanguageModel = config.SemanticLanguageModel with { SemanticCodes = 512 },
            },
            "semantic tokens is 512"
        );
        AssertRefused(
            config with
            {
                Denoiser = config.Denoiser with { Codebooks = [1024, 1024] },
            },
            "codebooks is 1 in the semantic-tokenizer and 2 in the denoiser"
        );
    }

    [Fact]
    public void UnknownPresetsAreRefused()
    {
        var message = Assert.Throws<MelodyException>(() => ModelConfig.FromPreset("maxi")).Message;
        Assert.Equal("Unknown preset 'maxi'; valid presets are mini, paper, test.", message);
        Assert.Throws<MelodyException>(() => ModelConfig.FromPreset("../mini"));
    }

    [Fact]
    public void AConfigurationSurvivesJson()
    {
        var config = ModelConfig.FromPreset("paper");
        foreach (
            var part in new object[]
            {
                config.Autoencoder,
                config.JointEmbedding,
                config.SemanticTokenizer,
                config.SemanticLanguageModel,
                config.Denoiser,
            }
        )
        {
            var json = ConfigJson.Write(part);
            var read = typeof(ConfigJson).GetMethod(nameof(ConfigJson.Read))!.MakeGenericMethod(part.GetType()).Invoke(null, [json, "it"])!;
            Assert.Equal(json.GetRawText(), ConfigJson.Write(read).GetRawText());
        }
    }

    private static void AssertRefused(ModelConfig config, string part)
    {
        var message = Assert.Throws<MelodyException>(() => config.Checked("the model in 'x'")).Message;
        Assert.StartsWith("The parts of the model in 'x' do not fit each other", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }
}
