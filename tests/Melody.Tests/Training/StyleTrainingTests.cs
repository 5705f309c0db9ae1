using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Models;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Ranks;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A corpus whose latents are a sound of each token plus a style of each piece.</summary>
public sealed class StyleTrainingTests : IDisposable
{
    private const int Pieces = 12,
        Codes = 40;

    private static readonly DenoiserConfig Sizes = Parts.Denoiser.Config("test") with
    {
        TokenCount = 1024,
        Frames = 80,
        LatentScale = 2,
        LatentChannels = EncodedFixture.Channels,
        PromptWidth = EncodedFixture.Channels,
        StylePrompts = true,
        PaletteSize = 20,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static double Sound(int code, int channel) => 0.25 * Math.Sin((code + 1) * (channel + 1) * 1.7);

    private static double Style(int piece, int channel) => 0.25 * Math.Cos((piece + 2) * (channel + 1) * 0.9);

    private EncodedCorpus Corpus()
    {
        var plan = EncodedFixture.Plan(1);
        plan.Claim(_folder.Path);
        var content = new EncodedShardContent();
        var random = new Random(1);
        for (int piece = 0; piece < Pieces; piece++)
        {
            content.Pieces.Add(
                new(
                    content.Latents.Count / EncodedFixture.Channels,
                    2 * EncodedFixture.Tokens,
                    content.Tokens.Count,
                    EncodedFixture.Tokens,
                    DatasetSplit.Train
                )
            );
            for (int token = 0; token < EncodedFixture.Tokens; token++)
            {
                int code = random.Next(Codes);
                content.Tokens.Add((short)code);
                for (int i = 0; i < 2 * EncodedFixture.Channels; i++)
                {
                    int channel = i % EncodedFixture.Channels;
                    content.Latents.Add((float)(Sound(code, channel) + Style(piece, channel)));
                }
            }
        }
        new EncodedShard(_folder.Path, 0).Write(content, plan, plan.Shards[0].Sha256);
        return EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts);
    }

    private static LatentWindows Windows(EncodedCorpus corpus, double dropped = 0) =>
        new(corpus, DatasetSplit.Train, Sizes, batch: 8, seed: 5, new(Text: 0.5, Dropped: dropped));

    private static StyleMeasure Fitted(LatentWindows windows)
    {
        var style = NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes, parameters));
        double all = 0,
            open = 0;
        for (int channel = 0; channel < EncodedFixture.Channels; channel++)
        for (int piece = 0; piece < Pieces; piece++)
        {
            open += Codes * Math.Pow(Style(piece, channel) - MeanStyle(channel), 2);
            for (int code = 0; code < Codes; code++)
                all += Math.Pow(Sound(code, channel) + Style(piece, channel), 2);
        }
        Assert.Equal(1 - open / all, StyleFitting.Begin(style, windows, Sizes, default), 0.03);
        return style;
    }

    // what the tables take for the tokens' own
    private static double MeanStyle(int channel) => Enumerable.Range(0, Pieces).Average(piece => Style(piece, channel));

    [Fact]
    public void Fitted_tables_leave_the_style_of_a_piece_whatever_it_plays()
    {
        using var scope = NewDisposeScope();
        using var corpus = Corpus();
        var windows = Windows(corpus);
        using var style = Fitted(windows);
        var batch = windows.Create(77);
        var heard = batch.Styled!.Measure(style, Sizes);
        var own = new StyledPassages(batch.Latents, batch.Tokens, batch.Styled.Heard).Measure(style, Sizes);
        double difference = (heard - own).square().sum([1L]).mean().item<float>(),
            size = heard.square().sum([1L]).mean().item<float>();
        Assert.InRange(size, 0.6, 1.4); // by the norm
        Assert.InRange(difference / size, 0, 0.02);

        // those of the palette are the twelve that there are
        double scale = Sizes.LatentScale / style.Norm.item<float>();
        foreach (double[] one in FixedValues.Flat(style.Palette).Chunk(EncodedFixture.Channels))
        {
            double nearest = Enumerable
                .Range(0, Pieces)
                .Min(piece => Enumerable.Range(0, one.Length).Sum(c => Math.Pow(one[c] - scale * (Style(piece, c) - MeanStyle(c)), 2)));
            Assert.InRange(nearest, 0, 0.05);
        }
    }

    [Fact]
    public void Ranks_hear_the_styles_of_one_process()
    {
        using var corpus = Corpus();
        var windows = Windows(corpus, dropped: 0.3);
        var whole = windows.Create(3).Styled!;
        StyledPassages[] parts = [.. Enumerable.Range(0, 2).Select(rank => windows.Create(3, new BatchShare(rank, 2)).Styled!)];
        Assert.Equal(whole.Latents, parts.SelectMany(part => part.Latents));
        Assert.Equal(whole.Tokens, parts.SelectMany(part => part.Tokens));
        Assert.Equal(whole.Heard, parts.SelectMany(part => part.Heard));
        Assert.Contains(false, Enumerable.Range(0, 20).SelectMany(i => windows.Create(i).Styled!.Heard));
    }

    [Fact]
    public void An_example_without_a_style_hears_zeros()
    {
        using var scope = NewDisposeScope();
        using var corpus = Corpus();
        var windows = Windows(corpus, dropped: 1);
        using var style = Fitted(Windows(corpus));
        Assert.Equal(0, windows.Create(0).Styled!.Measure(style, Sizes).abs().max().item<float>());
    }
}
