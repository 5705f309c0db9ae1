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
        PaletteSize = 9,
        PaletteTokens = 30,
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
        PaletteChoice.Fill(style, windows, Sizes, default);
        return style;
    }

    // what the tables take for the tokens' own
    private static double MeanStyle(int channel) => Enumerable.Range(0, Pieces).Average(piece => Style(piece, channel));

    private static Tensor Recalled(LatentWindows windows, StyleMeasure style, long batch)
    {
        var drawn = windows.Create(batch);
        return drawn.Styled!.Recall(style, Sizes, tensor(drawn.Tokens, [8, drawn.Tokens.Length / 8, 1]));
    }

    [Fact]
    public void What_is_recalled_is_the_style_of_the_piece_whatever_it_plays()
    {
        using var scope = NewDisposeScope();
        using var corpus = Corpus();
        var windows = Windows(corpus);
        using var style = Fitted(windows);
        var drawn = windows.Create(77);
        double scale = Sizes.LatentScale / style.Norm.item<float>(),
            squares = 0,
            errors = 0;
        var recalled = Recalled(windows, style, 77);
        int frames = (int)recalled.shape[1];
        double[] found = FixedValues.Flat(recalled);
        for (int row = 0; row < 8; row++)
        for (int frame = 0; frame < frames; frame++)
        {
            int token = (row * frames + frame) / 2;
            var heard = drawn.Styled!.Tokens.AsSpan(row * drawn.Styled.Tokens.Length / 8, drawn.Styled.Counts[row]);
            int same = heard.Count(drawn.Tokens[token]);
            // the passage's frames have one residue, and the imaginary ones beside them none
            double weight = same * Math.Exp(12) + heard.Length - same,
                share = weight / (weight + heard.Length * Math.Exp(2));
            int piece = PieceOf(drawn.Latents.AsSpan((row * frames + frame) * EncodedFixture.Channels), (int)drawn.Tokens[token]);
            for (int c = 0; c < EncodedFixture.Channels; c++)
            {
                double value = found[(row * frames + frame) * EncodedFixture.Channels + c];
                errors += Math.Pow(share * scale * (Style(piece, c) - MeanStyle(c)) - value, 2) / (8 * frames);
                squares += value * value / (8 * frames);
            }
        }
        Assert.InRange(squares, 0.6, 1.4); // by the norm
        Assert.InRange(errors / squares, 0, 0.02);
    }

    // whose latents these are
    private static int PieceOf(ReadOnlySpan<float> latents, int code)
    {
        float first = latents[0],
            second = latents[1];
        return Enumerable
            .Range(0, Pieces)
            .MinBy(piece => Math.Abs(first - Sound(code, 0) - Style(piece, 0)) + Math.Abs(second - Sound(code, 1) - Style(piece, 1)));
    }

    [Fact]
    public void A_passage_of_the_palette_is_one_of_the_corpus()
    {
        using var scope = NewDisposeScope();
        using var corpus = Corpus();
        using var style = Fitted(Windows(corpus));
        var palette = style.Palette!;
        double scale = Sizes.LatentScale / style.Norm.item<float>();
        Assert.Equal([9, 60, EncodedFixture.Channels], palette.Residues.shape);
        foreach (double[] one in FixedValues.Flat(palette.Residues.mean([1L])).Chunk(EncodedFixture.Channels))
        {
            double nearest = Enumerable
                .Range(0, Pieces)
                .Min(piece => Enumerable.Range(0, one.Length).Sum(c => Math.Pow(one[c] - scale * (Style(piece, c) - MeanStyle(c)), 2)));
            Assert.InRange(nearest, 0, 0.05);
        }
    }

    [Fact]
    public void A_passage_lies_half_a_second_or_more_beside_its_window()
    {
        using var corpus = Corpus();
        var windows = Windows(corpus);
        var lengths = new HashSet<int>();
        for (int batch = 0; batch < 40; batch++)
        {
            var drawn = windows.Create(batch);
            int perWindow = drawn.Tokens.Length / 8,
                perPassage = drawn.Styled!.Tokens.Length / 8;
            for (int row = 0; row < 8; row++)
            {
                int count = drawn.Styled.Counts[row];
                lengths.Add(count);
                Assert.InRange(count, 75, EncodedFixture.Tokens - 40 - 12);
                long[] window = drawn.Tokens[(row * perWindow)..((row + 1) * perWindow)],
                    passage = drawn.Styled.Tokens[(row * perPassage)..(row * perPassage + count)];
                int first = PlaceOf(corpus, window),
                    second = PlaceOf(corpus, passage);
                Assert.Equal(first / EncodedFixture.Tokens, second / EncodedFixture.Tokens); // the piece
                Assert.True(second + count + 12 <= first || first + perWindow + 12 <= second, $"{first} and {second}, {count}");
            }
        }
        Assert.True(lengths.Count > 50, $"{lengths.Count} lengths");
    }

    // where tokens begin among all of the corpus
    private static int PlaceOf(EncodedCorpus corpus, long[] tokens)
    {
        var all = new List<long>();
        foreach (var piece in corpus.PiecesOf(DatasetSplit.Train, 1))
        {
            long[] own = new long[EncodedFixture.Tokens];
            corpus.ReadTokens(piece, 0, own);
            all.AddRange(own);
        }
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all).IndexOf(tokens);
    }

    [Fact]
    public void A_piece_without_room_beside_the_window_has_no_style()
    {
        using var corpus = Corpus();
        var wide = Sizes with { Frames = 2 * (EncodedFixture.Tokens - 80) };
        var windows = new LatentWindows(corpus, DatasetSplit.Train, wide, batch: 8, seed: 5, new(Text: 0.5, Dropped: 0));
        Assert.All(windows.Create(0).Styled!.Counts, count => Assert.Equal(0, count));
        // one that plays again within the window is heard whole
        var longer = Sizes with { Frames = 2 * (EncodedFixture.Tokens + 60) };
        windows = new LatentWindows(corpus, DatasetSplit.Train, longer, batch: 8, seed: 5, new(Text: 0.5, Dropped: 0));
        Assert.All(windows.Create(0).Styled!.Counts, count => Assert.Equal(0, count));
    }

    [Fact]
    public void Chosen_passages_are_those_that_a_plain_search_finds()
    {
        using var scope = NewDisposeScope();
        const int candidates = 7,
            music = 5;
        var fits = FixedValues.Tensor(11, candidates, music);
        double[] values = FixedValues.Flat(fits);
        double Fit(int candidate, int piece) => values[candidate * music + piece];
        double[] best = [.. Enumerable.Range(0, music).Select(piece => Enumerable.Range(0, candidates).Min(c => Fit(c, piece)))];
        var expected = new List<long>();
        for (int i = 0; i < 4; i++)
        {
            int next = Enumerable
                .Range(0, candidates)
                .Where(c => !expected.Contains(c))
                .MaxBy(c => Enumerable.Range(0, music).Sum(piece => Math.Max(0, Fit(c, piece) - best[piece])));
            expected.Add(next);
            for (int piece = 0; piece < music; piece++)
                best[piece] = Math.Max(best[piece], Fit(next, piece));
        }
        Assert.Equal(expected, PaletteChoice.Choose(fits, 4));
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
        Assert.Equal(whole.Counts, parts.SelectMany(part => part.Counts));
        Assert.Contains(0, Enumerable.Range(0, 20).SelectMany(i => windows.Create(i).Styled!.Counts));
    }

    [Fact]
    public void An_example_without_a_style_hears_zeros()
    {
        using var scope = NewDisposeScope();
        using var corpus = Corpus();
        using var style = Fitted(Windows(corpus));
        Assert.Equal(0, Recalled(Windows(corpus, dropped: 1), style, 0).abs().max().item<float>());
    }
}
