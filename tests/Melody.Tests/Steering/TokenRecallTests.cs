using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Steering;
using Melody.Tests.Reference;
using Melody.Tests.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Tests.Steering;

/// <summary>Tokens that are recalled from passages, against the cheapest of all sequences.</summary>
public sealed class TokenRecallTests : IDisposable
{
    private const int Books = 4;

    private static readonly CodebookConfig[] Codebooks =
    [
        new()
        {
            Name = "harmony",
            Codes = 5,
            Facts = ["chroma"],
        },
        new()
        {
            Name = "attacks",
            Codes = 4,
            Facts = ["halves"],
        },
        new()
        {
            Name = "timbre",
            Codes = 3,
            Facts = ["families"],
        },
        new()
        {
            Name = "sound",
            Codes = 6,
            Facts = ["levels"],
        },
    ];

    // what levels depend on, by codebook
    private static readonly double[] Weights = [0.3, 1.5, 3];

    private static readonly SemanticTokenizerConfig Config = SemanticTokenizerTests.TinyMel with
    {
        Codebooks = Codebooks,
        Readout = FrameFacts.Count,
    };

    private readonly SemanticTokenizer _tokenizer = new(Config, ParameterFactory.Random(1));

    public TokenRecallTests()
    {
        using var scope = NewDisposeScope();
        _tokenizer.SetStatistics(full([FrameFacts.Count], 0.2, ScalarType.Float32), full([FrameFacts.Count], 0.5, ScalarType.Float32));
    }

    public void Dispose() => _tokenizer.Dispose();

    private static long[] Ids(int seed, int frames, int first = 0)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, frames)
                .SelectMany(_ =>
                    Codebooks.Select((book, i) => i == 0 ? first + random.NextInt64(book.Codes - first) : random.NextInt64(book.Codes))
                ),
        ];
    }

    private static Tensor Frames(params long[][] ids) =>
        tensor(ids.SelectMany(i => i).ToArray(), [ids.Length, ids[0].Length / Books, Books]);

    private double[] Facts(int book, long token) => FixedValues.Flat(_tokenizer.CentreFeatures(_tokenizer.Codebooks[book])[token]);

    private double Distance(ReadOnlySpan<long> music, ReadOnlySpan<long> passage)
    {
        double sum = 0;
        for (int book = 0; book < Weights.Length; book++)
            sum += Facts(book, music[book]).Zip(Facts(book, passage[book]), (a, b) => Math.Pow(Weights[book] * (a - b), 2)).Sum();
        return sum;
    }

    private double Join(long first, long second) => 8 * Facts(3, first).Zip(Facts(3, second), (a, b) => (a - b) * (a - b)).Sum();

    // of one sequence of the passage's frames
    private double Cost(long[] music, long[] passage, int[] sequence, long? before)
    {
        int last = passage.Length / Books - 1;
        double cost = before is { } known ? Join(known, passage[sequence[0] * Books + 3]) : 0;
        for (int t = 0; t < sequence.Length; t++)
        {
            cost += Distance(music.AsSpan(t * Books, Books), passage.AsSpan(sequence[t] * Books, Books));
            if (t > 0 && sequence[t] != sequence[t - 1] + 1)
                cost += 0.1 + Join(passage[Math.Min(sequence[t - 1] + 1, last) * Books + 3], passage[sequence[t] * Books + 3]);
        }
        return cost;
    }

    private static IEnumerable<int[]> Sequences(int length, int frames) =>
        length == 0
            ?
            [
                [],
            ]
            : Sequences(length - 1, frames).SelectMany(head => Enumerable.Range(0, frames).Select(f => (int[])[.. head, f]));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void The_cheapest_of_all_sequences_is_taken(int seed, bool goesOn)
    {
        using var scope = NewDisposeScope();
        using var recall = TokenRecall.Of(_tokenizer)!;
        const int length = 4,
            frames = 6;
        long[] music = Ids(seed, length),
            passage = Ids(seed + 100, frames);
        long[]? before = goesOn ? Ids(seed + 200, 1) : null;
        var best = Sequences(length, frames).MinBy(sequence => Cost(music, passage, sequence, before?[3]))!;
        long[] open = [.. music.Select((token, i) => i % Books == 3 ? CodebookSizes.Unknown : token)];
        long[] found = [.. recall.Complete(Frames(open), Frames(passage), before: before).data<long>()];
        for (int t = 0; t < length; t++)
        {
            Assert.Equal(music[(t * Books)..(t * Books + 3)], found[(t * Books)..(t * Books + 3)]);
            Assert.Equal(passage[best[t] * Books + 3], found[t * Books + 3]);
        }
    }

    [Fact]
    public void Of_several_examples_each_is_recalled_from_its_own_passage_where_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        using var recall = TokenRecall.Of(_tokenizer)!;
        long[] first = Ids(1, 3),
            second = Ids(2, 3),
            one = Ids(3, 8),
            other = Ids(4, 8);
        long[] Alone(long[] music, long[] passage) => [.. recall.Complete(Frames(music), Frames(passage)).data<long>()];
        var together = recall.Complete(Frames(first, second), Frames(one, other));
        Assert.Equal([.. Alone(first, one), .. Alone(second, other)], together.data<long>().ToArray());

        var allowed = arange(8, int64).unsqueeze(0) < tensor(new long[] { 5, 2 }).unsqueeze(1);
        var cut = recall.Complete(Frames(first, second), Frames(one, other), allowed);
        Assert.Equal([.. Alone(first, one[..(5 * Books)]), .. Alone(second, other[..(2 * Books)])], cut.data<long>().ToArray());
    }

    [Fact]
    public void The_misfit_of_a_passage_is_the_mean_distance_to_its_nearest_frame()
    {
        using var scope = NewDisposeScope();
        using var recall = TokenRecall.Of(_tokenizer)!;
        long[] music = Ids(1, 5);
        long[][] passages = [Ids(2, 7), music, Ids(3, 7)];
        passages[1] = [.. music, .. music[..(2 * Books)]];
        double[] found = FixedValues.Flat(TokenRecall.Misfit(recall.Facts(Frames(passages)), recall.Facts(Frames(music))));
        for (int i = 0; i < passages.Length; i++)
        {
            double expected = music.Chunk(Books).Average(frame => passages[i].Chunk(Books).Min(other => Distance(frame, other)));
            Assert.Equal(expected, found[i], 1e-4);
        }
        Assert.Equal(0, found[1], 1e-4);
    }

    [Fact]
    public void Frames_with_other_notes_share_no_pitches()
    {
        using var scope = NewDisposeScope();
        using var recall = TokenRecall.Of(_tokenizer)!;
        long[] music = Ids(1, 6),
            passage = Ids(2, 9, first: 2);
        // one whose harmony all frames of the passage have
        for (int t = 0; t < 9; t++)
            passage[t * Books] = t == 4 ? 3 : 2;
        (music[0], music[Books]) = (2, 0);
        var there = arange(9, int64).unsqueeze(0) < 4;
        var found = recall.OtherNotes(Frames(music), Frames(passage), there);
        for (int t = 0; t < 6; t++)
        for (int j = 0; j < 9; j++)
        {
            bool none = Enumerable.Range(0, 4).All(frame => passage[frame * Books] == music[t * Books]),
                other = j < 4 && passage[j * Books] != music[t * Books];
            Assert.Equal(none || other, found[0, t, j].item<bool>());
        }
        Assert.True(found[0, 0].all().item<bool>());
    }

    [Fact]
    public void Only_codebooks_that_tell_nothing_but_sound_are_recalled()
    {
        using var recall = TokenRecall.Of(_tokenizer)!;
        Assert.Equal([3], recall.Codebooks);
        Assert.Equal([3], TokenRecall.CodebooksOf(Config));
        Assert.Empty(TokenRecall.CodebooksOf(Config with { Codebooks = Codebooks[..3] }));
        Assert.Empty(TokenRecall.CodebooksOf(Config with { Codebooks = Codebooks[3..] }));
        Assert.Empty(TokenRecall.CodebooksOf(Config with { Codebooks = [Codebooks[0] with { Facts = ["chroma", "levels"] }] }));
        Assert.Empty(TokenRecall.CodebooksOf(SemanticTokenizerTests.TinyMel));
        using var other = new SemanticTokenizer(SemanticTokenizerTests.TinyMel, ParameterFactory.Random(1));
        Assert.Null(TokenRecall.Of(other));
    }
}
