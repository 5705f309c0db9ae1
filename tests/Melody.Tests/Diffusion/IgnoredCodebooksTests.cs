using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Models;
using Melody.Nn;
using Melody.Tests.Reference;
using Melody.Tests.Training;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>A codebook that a denoiser ignores decides nothing: not what it makes, nor what it recalls, nor what it learns.</summary>
public sealed class IgnoredCodebooksTests : IDisposable
{
    private const int Tokens = 20;

    private static readonly DenoiserConfig Sizes = Parts.Denoiser.Config("test") with
    {
        Codebooks = [7, 50],
        IgnoredCodebooks = [1],
        Frames = 2 * Tokens,
        LatentChannels = EncodedFixture.Channels,
        PromptWidth = EncodedFixture.Channels,
        StylePrompts = true,
        PaletteSize = 4,
        PaletteTokens = 10,
        ForecastTokens = 3,
        ForecastInOutput = true,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // the first codebook by frames, the second by a seed
    private static Tensor Ids(int seed, int shift = 0)
    {
        var random = new Random(seed);
        long[] ids = [.. Enumerable.Range(0, 2 * Tokens).Select(i => i % 2 == 0 ? (i / 2 + shift) % 7 : random.NextInt64(50))];
        return tensor(ids, [1, Tokens, 2]);
    }

    private static StylePassage Passage(int seed) =>
        new(
            [.. FixedValues.Flat(FixedValues.Tensor(5, 2 * Tokens, EncodedFixture.Channels)).Select(v => (float)v)],
            [.. Ids(seed).data<long>()]
        );

    [Fact]
    public void Its_tokens_are_read_as_zeros()
    {
        using var scope = NewDisposeScope();
        long[] read = [.. Sizes.Read(Ids(1)).data<long>()];
        Assert.All(Enumerable.Range(0, Tokens), t => Assert.Equal((t % 7, 0), (read[2 * t], read[2 * t + 1])));
        var all = Ids(1);
        Assert.Same(all, (Sizes with { IgnoredCodebooks = [] }).Read(all));
    }

    [Fact]
    public void What_is_made_and_recalled_is_the_same_whatever_it_says()
    {
        using var scope = NewDisposeScope();
        using var denoiser = FixedValues.Fill(new DualPathDenoiser(Sizes, ParameterFactory.Random(1)));
        var style = denoiser.Style!;
        style.Palette!.Set(
            FixedValues.Tensor(2, 4, 20, EncodedFixture.Channels),
            cat([Ids(1), Ids(2, 1), Ids(3, 2), Ids(4, 3)]).narrow(1, 0, 10)
        );
        var latents = FixedValues.Tensor(3, 1, 2 * Tokens, EncodedFixture.Channels);
        var angles = full(1, 2 * Tokens, 1.2);

        double[] Made(Tensor ids) => FixedValues.Flat(denoiser.forward(latents, angles, ids, style.Recall(Passage(8), ids), null));
        Assert.Equal(Made(Ids(5)), Made(Ids(6)));
        Assert.NotEqual(Made(Ids(5)), Made(Ids(5, shift: 1)));

        Assert.Equal(FixedValues.Flat(style.Residues(latents, Ids(5))), FixedValues.Flat(style.Residues(latents, Ids(6))));
        Assert.Equal(FixedValues.Flat(style.Recall(Passage(8), Ids(5))), FixedValues.Flat(style.Recall(Passage(9), Ids(6))));
        Assert.NotEqual(FixedValues.Flat(style.Recall(Passage(8), Ids(5))), FixedValues.Flat(style.Recall(Passage(8), Ids(5, shift: 1))));
        Assert.Equal(style.Palette.Pick(Ids(5), 3).Residues, style.Palette.Pick(Ids(6), 3).Residues);
    }

    [Fact]
    public void What_is_learned_is_the_same_whatever_it_says()
    {
        using var scope = NewDisposeScope();
        using EncodedCorpus first = Corpus("first", 1),
            second = Corpus("second", 2);
        using StyleMeasure one = Fitted(first),
            other = Fitted(second);
        Assert.Equal(FixedValues.Flat(one.Tables), FixedValues.Flat(other.Tables));
        Assert.Equal(FixedValues.Flat(one.Norm), FixedValues.Flat(other.Norm));
        Assert.Equal(FixedValues.Flat(one.Palette!.Residues), FixedValues.Flat(other.Palette!.Residues));

        double[] Recalled(EncodedCorpus corpus)
        {
            var batch = Windows(corpus).Create(5);
            return FixedValues.Flat(batch.Styled!.Recall(one, Sizes, batch.TokenTensor(Sizes, CPU)));
        }
        Assert.Equal(Recalled(first), Recalled(second));
        Assert.Contains(Recalled(first), value => value != 0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void It_has_to_be_one_of_the_codebooks(int book)
    {
        var refusal = Assert.Throws<MelodyException>(() => SizeCheck.Require(Sizes with { IgnoredCodebooks = [book] }, "denoiser"));
        Assert.Contains("ignoredCodebooks", refusal.Message, StringComparison.Ordinal);
    }

    private static LatentWindows Windows(EncodedCorpus corpus) => new(corpus, DatasetSplit.Train, Sizes, batch: 8, seed: 5);

    private static StyleMeasure Fitted(EncodedCorpus corpus)
    {
        var style = NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes, parameters));
        StyleFitting.Begin(style, Windows(corpus), Sizes, default);
        PaletteChoice.Fill(style, Windows(corpus), Sizes, default);
        return style;
    }

    // four pieces, the same in both corpora but for the second codebook
    private EncodedCorpus Corpus(string name, int seed)
    {
        const int frames = 200;
        var plan = EncodedFixture.Plan(1) with { Codebooks = [.. Sizes.Codebooks] };
        plan.Claim(_folder[name]);
        var content = new EncodedShardContent();
        var random = new Random(seed);
        for (int piece = 0; piece < 4; piece++)
        {
            content.Pieces.Add(new(2 * frames * piece, 2 * frames, frames * piece, frames, DatasetSplit.Train));
            for (int frame = 0; frame < frames; frame++)
            {
                content.Tokens.AddRange([(short)(frame * (piece + 1) % 7), (short)random.Next(50)]);
                for (int i = 0; i < 2 * EncodedFixture.Channels; i++)
                    content.Latents.Add((float)(0.5 * Math.Sin(frame * (i + 1) * 0.3 + piece)));
            }
        }
        new EncodedShard(_folder[name], 0).Write(content, plan, plan.Shards[0].Sha256);
        return EncodedCorpus.Open(_folder[name], EncodedFixture.Parts);
    }
}
