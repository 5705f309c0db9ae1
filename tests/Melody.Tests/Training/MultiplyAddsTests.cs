using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.SemanticTokens;
using Melody.Training.SelfSupervised;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The closed forms against the weights of real networks, each entry counted at the positions where it works.</summary>
public sealed class MultiplyAddsTests
{
    // entries of the matrices whose name is chosen, from a network without storage
    private static double Entries(nn.Module module, Func<string, bool> chosen) =>
        module.named_parameters().Where(p => p.parameter.dim() > 1 && chosen(p.name)).Sum(p => (double)p.parameter.numel());

    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void Denoiser(string preset)
    {
        var config = Parts.Denoiser.Config(preset);
        using var parameters = ParameterFactory.Meta();
        using var network = new DualPathDenoiser(config, parameters);
        double frames = config.Frames,
            tokens = frames * config.TokenRate / config.LatentRate;
        double segments = Math.Ceiling(2 * frames / config.SegmentLength) + 1,
            cells = segments * config.SegmentLength;
        bool Table(string name) => name.Contains("table", StringComparison.Ordinal);
        double expected =
            tokens * Entries(network, name => name.StartsWith("semantic_encoding", StringComparison.Ordinal) && !Table(name))
            + frames
                * Entries(network, name =>
                    name.StartsWith("angle_encoding", StringComparison.Ordinal)
                    || name is "input.weight" or "output.weight" or "latent_forecast.output.weight"
                )
            + tokens * Entries(network, name => name == "latent_forecast.forecast.weight");
        for (int block = 0; block < config.Blocks; block++)
        {
            double merged = cells / Math.Pow(2, Math.Min(block, config.Blocks - 1 - block));
            double In(string part, params string[] but) =>
                Entries(network, name =>
                    name.StartsWith($"block_{block}.{part}", StringComparison.Ordinal)
                    && !but.Any(b => name.Contains(b, StringComparison.Ordinal))
                );
            double keys = Entries(network, name =>
                name.StartsWith($"block_{block}.", StringComparison.Ordinal) && name.Contains("cross_kv", StringComparison.Ordinal)
            );
            expected += merged * (In("coarse") - keys) + tokens * keys;
            // queries by keys and weights by values, along the segments and over the tokens
            expected += config.CoarseLayers * merged * config.HiddenWidth * 2 * (segments + tokens);
            expected +=
                cells * (In("fine", "recurrent", "fine.0.bias", ".bias") + In("film.output"))
                + segments * (In("film.scale") + In("film.shift"));
        }
        Assert.Equal(expected, MultiplyAdds.Denoiser(config), expected * 1e-9);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void AudioTower(string preset)
    {
        var config = Parts.JointEmbedding.Config(preset);
        using var parameters = ParameterFactory.Meta();
        using var tower = new AudioTower(config.Audio, config.EmbeddingWidth, parameters);
        double patches = config.Audio.Grid.Bands * config.Audio.Grid.Frames;
        double tokens = tower.named_parameters().First(p => p.name == "positions").parameter.shape[1];
        double expected =
            patches * Entries(tower, name => name == "patches.weight")
            + Entries(tower, name => name == "head.weight")
            + tokens * Entries(tower, name => name.StartsWith("layers", StringComparison.Ordinal))
            + config.Audio.Transformer.Layers * 2 * tokens * tokens * config.Audio.Transformer.Width;
        Assert.Equal(expected, MultiplyAdds.AudioTower(config), expected * 1e-9);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void Tokenizer(string preset)
    {
        const double frames = 40;
        var config = Parts.SemanticTokenizer.Config(preset);
        var objective = new Wav2Vec2ObjectiveOptions();
        using var parameters = ParameterFactory.Meta();
        using var trunk = new Wav2Vec2Conformer(config, parameters);
        double expected =
            frames
                * Entries(trunk, name =>
                    !name.StartsWith("front_end", StringComparison.Ordinal) && !name.EndsWith("weight_g", StringComparison.Ordinal)
                )
            + config.Layers * 2 * frames * frames * config.Width
            + frames * trunk.FeatureWidth * objective.Codebooks * objective.Entries;
        double length = frames * config.Hop;
        var convolutions = trunk
            .named_parameters()
            .Where(p => p.name.StartsWith("front_end.convolutions", StringComparison.Ordinal) && p.parameter.dim() > 1)
            .ToList();
        for (int i = 0; i < convolutions.Count; i++)
            expected += (length /= config.Waveform!.Strides[i]) * convolutions[i].parameter.numel();
        Assert.Equal(expected, MultiplyAdds.Tokenizer(config, objective, frames), expected * 1e-9);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void LanguageModel(string preset)
    {
        var config = Parts.SemanticLanguageModel.Config(preset);
        using var parameters = ParameterFactory.Meta();
        using var model = new SemanticLanguageModel(config, parameters);
        double positions = model.Positions,
            outputs = model.Vocabulary.OutputCount;
        double blocks = Entries(model, name =>
            name.StartsWith("block", StringComparison.Ordinal) || name.StartsWith("layers", StringComparison.Ordinal)
        );
        Assert.True(blocks > 0);
        double expected = positions * (blocks + outputs * config.Width) + config.Layers * 2 * positions * positions * config.Width;
        Assert.Equal(expected, MultiplyAdds.LanguageModel(config, outputs, positions), expected * 1e-9);
    }

    [Fact]
    public void HifiGanByHand()
    {
        using var parameters = ParameterFactory.Meta();
        using var network = AudioAutoencoder.Create(
            new()
            {
                SampleRate = 8000,
                LatentChannels = 3,
                HifiGan = new()
                {
                    DownRates = [2, 5],
                    DownKernels = [4, 5],
                    DownChannels = [4, 6],
                    UpRates = [5, 2],
                    UpKernels = [5, 4],
                    UpChannels = [6, 4],
                    BlockKernels = [3, 5],
                    BlockDilations = [1, 3],
                },
            },
            parameters
        );
        double encoder =
            100 * 7 * 2 + 50 * 4 * 2 * 4 + 50 * 4 * 4 * (3 + 5) * 2 * 2 + 10 * 5 * 4 * 6 + 10 * 6 * 6 * (3 + 5) * 2 * 2 + 10 * 7 * 6 * 6;
        double decoder =
            10 * 7 * 3 * 6 + 10 * 5 * 6 * 6 + 50 * 6 * 6 * (3 + 5) * 2 + 50 * 4 * 6 * 4 + 100 * 4 * 4 * (3 + 5) * 2 + 100 * 7 * 4;
        Assert.Equal(encoder + decoder, MultiplyAdds.Autoencoder(network, 98)); // ten frames, the last one filled up
    }
}
