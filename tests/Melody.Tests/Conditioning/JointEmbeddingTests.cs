using Melody.Conditioning;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Conditioning.JointEmbeddingPresets;
using static TorchSharp.torch;

namespace Melody.Tests.Conditioning;

/// <summary>Sizes, faces and robustness of the whole part.</summary>
public sealed class JointEmbeddingTests
{
    [Fact]
    public void PaperPresetHasThePapersParameters()
    {
        using var model = new JointEmbedding(Embedded("paper"), Vocabulary.Empty, ParameterFactory.Meta());
        long Count(nn.Module module) => module.parameters().Sum(p => p.numel());
        const long heads = 2 * (768 * 128 + 128),
            ast = 86_187_264,
            bert = 108_891_648;
        Assert.Equal(ast + heads / 2, Count(model.AudioTower));
        Assert.Equal(bert + heads / 2, Count(model.TextTower));
        Assert.Equal(195_275_776 + 1, Count(model)); // and the temperature
        Assert.InRange(Count(model), 195.3e6 * 0.96, 195.3e6 * 1.04);
        Assert.Equal([12, 1024, 128], model.Quantizer.Codebooks.shape);
    }

    [Theory]
    [InlineData("mini", 4_500_000)]
    [InlineData("test", 2_000_000)]
    public void SmallPresetsStaySmall(string preset, long most)
    {
        using var model = new JointEmbedding(Embedded(preset), Vocabulary.Empty, ParameterFactory.Meta());
        Assert.InRange(model.state_dict().Values.Sum(t => t.numel()), most / 3, most);
        Assert.Equal((12, 1024), (model.Quantizer.Levels, model.Quantizer.Entries));
    }

    [Fact]
    public void EveryTensorHasOneName()
    {
        using var model = new JointEmbedding(Embedded("test"), Vocabulary.Empty, ParameterFactory.Meta());
        var state = model.state_dict();
        Assert.Equal(model.parameters().Sum(p => p.numel()) + model.Quantizer.Codebooks.numel(), state.Values.Sum(t => t.numel()));
        Assert.All(state.Keys, key => Assert.Matches("^[a-z]+(_[a-z]+)*(\\.([a-z]+(_[a-z]+)*|[0-9]+))*$", key));
    }

    [Fact]
    public void TextAndAudioBecomeTheSameKindOfTokens()
    {
        using var scope = NewDisposeScope();
        using var model = new JointEmbedding(Embedded("test"), Vocabulary.Empty, ParameterFactory.Random(1));
        foreach (
            var tokens in new[]
            {
                model.TokensForText(["sad piano", "fast guitar"]),
                model.TokensForAudio(FixedValues.Tensor(1, 2, 240_000)),
            }
        )
        {
            Assert.Equal([2, 12], tokens.shape);
            Assert.Equal(ScalarType.Int64, tokens.dtype);
            Assert.InRange(tokens.min().item<long>(), 0, 1023);
            Assert.InRange(tokens.max().item<long>(), 0, 1023);
        }
        var text = model.EmbedText(["sad piano"]);
        Assert.Equal(model.Quantizer.Encode(text).data<long>().ToArray(), model.TokensForText(["sad piano"]).data<long>().ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("🎹🎻🥁")]
    [InlineData("悲しいピアノ")]
    [InlineData("موسيقى حزينة")]
    [InlineData("\ud800 broken \udc00 surrogates")]
    [InlineData("a\0b")]
    public void AnyTextGivesUnitVectors(string text)
    {
        using var scope = NewDisposeScope();
        foreach (
            var tower in new TextTower[]
            {
                new WordTower(TinyWords, 6, Words, ParameterFactory.Random(1)),
                new WordTower(TinyWords, 6, Vocabulary.Empty, ParameterFactory.Random(1)),
                new BertTower(TinyBert, 6, Vocabulary.Empty, ParameterFactory.Random(1)),
            }
        )
        {
            using var _ = tower;
            var embedded = tower.Embed([text, "sad piano", string.Concat(Enumerable.Repeat("word ", 10_000))]);
            Assert.Equal([3, 6], embedded.shape);
            foreach (double norm in FixedValues.Flat(embedded.norm(1)))
                Assert.Equal(1, norm, 1e-3);
        }
    }

    [Fact]
    public void CompanyInTheBatchChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        foreach (
            var tower in new TextTower[]
            {
                new WordTower(TinyWords, 6, Words, ParameterFactory.Random(1)),
                new BertTower(TinyBert, 6, Vocabulary.Empty, ParameterFactory.Random(1)),
            }
        )
        {
            using var _ = tower;
            var alone = tower.Embed(["sad piano"]);
            FixedValues.AssertClose(alone[0], tower.Embed(["rain", "sad piano", "slow jazz and a guitar in c sharp"])[1], 1e-5);
        }
    }

    [Fact]
    public void TemperatureStartsWhereAskedAndHasAGradient()
    {
        using var scope = NewDisposeScope();
        using var model = new JointEmbedding(Tiny, Vocabulary.Empty, ParameterFactory.Random(1));
        var temperature = model.Temperature();
        Assert.Equal(0.07, temperature.item<float>(), 1e-6);
        temperature.sum().backward();
        // d/dx (0.01 + 0.99 s) = 0.99 s (1 - s) with s = 0.06 / 0.99
        Assert.Equal(0.06 * (1 - 0.06 / 0.99), model.parameters().Single(p => p.numel() == 1).grad!.item<float>(), 1e-6);
    }

    [Fact]
    public void SameSeedSameModel()
    {
        using var scope = NewDisposeScope();
        Tensor Make(long seed)
        {
            using var model = new JointEmbedding(Tiny, Words, ParameterFactory.Random(seed));
            return model.EmbedText(["sad piano"]);
        }
        Assert.Equal(FixedValues.Flat(Make(1)), FixedValues.Flat(Make(1)));
        Assert.NotEqual(FixedValues.Flat(Make(1)), FixedValues.Flat(Make(2)));
    }
}
