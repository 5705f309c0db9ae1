using Melody.LanguageModel;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.LanguageModel;

/// <summary>A language model of several codebooks: the plain loops, one decoder after the other, and sampling.</summary>
public sealed class SeveralCodebooksTests
{
    private static readonly int[] Books = [16, 5, 9];
    private static readonly long[][] Frames =
    [
        [3, 4, 0],
        [15, 0, 8],
        [0, 2, 2],
        [3, 1, 7],
        [9, 4, 1],
        [1, 3, 3],
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SemanticLanguageModel Make() =>
        FixedValues.Fill(
            new SemanticLanguageModel(
                SemanticLanguageModelTests.Tiny(mini: true) with
                {
                    Codebooks = Books,
                    FrameFeedForward = 10,
                },
                ParameterFactory.Random(1)
            )
        );

    private static Tensor Codes(params long[][] frames) => tensor(frames.SelectMany(f => f).ToArray(), [1, frames.Length, Books.Length]);

    [Fact]
    public void Scores_of_each_codebook_are_those_of_the_plain_loops()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make();
        long[] conditions = model.Vocabulary.Conditions([7, 0, 5], SemanticLanguageModelTests.Controls);
        var expected = new PlainLanguageModel(model.Config, FixedValues.State(model)).Scores(conditions, Frames, Books);
        var actual = model.Scores(tensor(conditions).unsqueeze(0), Codes(Frames));
        Assert.Equal(Books.Length, actual.Count);
        for (int book = 0; book < Books.Length; book++)
            FixedValues.AssertClose(expected[book], actual[book][0]);
    }

    [Fact]
    public void A_token_that_is_not_known_tells_the_others_nothing()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make();
        long[] conditions = model.Vocabulary.Conditions([7, 0, 5], SemanticLanguageModelTests.Controls);
        long[][] frames =
        [
            [3, 4, -1],
            [15, -1, 8],
            [-1, 2, 2],
            [3, 1, -1],
            [-1, -1, -1],
            [1, 3, 3],
        ];
        var expected = new PlainLanguageModel(model.Config, FixedValues.State(model)).Scores(conditions, frames, Books);
        foreach (long stand in new[] { 0, 4 })
        {
            var codes = Codes([.. frames.Select(frame => frame.Select(code => code < 0 ? stand : code).ToArray())]);
            var actual = model.Scores(tensor(conditions).unsqueeze(0), codes, Codes(frames) >= 0);
            for (int book = 0; book < Books.Length; book++)
                FixedValues.AssertClose(expected[book], actual[book][0]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frame_by_frame_gives_the_scores_of_the_whole(bool vectors)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make();
        long[][] conditions = [model.Vocabulary.Conditions([7, 0, 5]), model.Vocabulary.Conditions([])];
        long[][][] songs = [Frames, [.. Frames.Reverse()]];
        var whole = songs.Select((song, i) => model.Scores(tensor(conditions[i]).unsqueeze(0), Codes(song))).ToArray();
        using var decoder = new TensorDecoder(model, conditions, vectors);
        for (int t = 0; t < Frames.Length; t++)
        {
            var frame = new long[2, Books.Length];
            for (int book = 0; book < Books.Length; book++)
            {
                var scores = book == 0 ? decoder.Scores.ToArray() : decoder.ScoresOf(book, frame);
                for (int song = 0; song < 2; song++)
                {
                    var expected = FixedValues.Flat(whole[song][book][0, t]);
                    FixedValues.AssertClose(expected, [.. scores.Skip(song * Books[book]).Take(Books[book]).Select(v => (double)v)]);
                    frame[song, book] = songs[song][t][book];
                }
            }
            _ = decoder.Continue(frame);
        }
        Assert.Equal((1 + Frames.Length, Frames.Length), (decoder.Evaluations, decoder.Seen));
    }

    [Fact]
    public void The_likeliest_tokens_are_written_at_temperature_0_and_pieces_equal_the_whole()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make();
        var sampler = new SemanticSampler(model);
        SemanticRequest Song(params long[] earlier) =>
            new()
            {
                Prefix = [1, 2, 3],
                Seed = 4,
                Earlier = earlier,
            };
        var sure = new TokenSamplingOptions { Temperature = 0 };
        var tokens = sampler.Generate([Song()], 8, sure, cancellation: Cancellation)[0];
        Assert.Equal(8 * Books.Length, tokens.Length);
        var plain = new PlainLanguageModel(model.Config, FixedValues.State(model));
        var frames = tokens.Chunk(Books.Length).ToArray();
        var scores = plain.Scores(model.Vocabulary.Conditions([1, 2, 3]), frames, Books);
        for (int t = 0; t < frames.Length; t++)
        for (int book = 0; book < Books.Length; book++)
            Assert.Equal(Enumerable.Range(0, Books[book]).MaxBy(code => scores[book][t, code]), frames[t][book]);

        var free = new TokenSamplingOptions { Temperature = 2, SemanticGuidance = 1.5 };
        var whole = sampler.Generate([Song()], 30, free, cancellation: Cancellation)[0];
        var rest = sampler.Generate([Song(whole[..(11 * Books.Length)])], 19, free, cancellation: Cancellation)[0];
        Assert.Equal(whole[(11 * Books.Length)..], rest);
        for (int i = 0; i < whole.Length; i++)
            Assert.InRange(whole[i], 0, Books[i % Books.Length] - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Open([Song(0, 5, 0)], free));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Open([Song(0, 4)], free));
    }

    [Fact]
    public void Several_codebooks_with_an_output_for_all_ids_are_refused() =>
        Assert.Contains(
            "semanticOutputOnly",
            Assert
                .Throws<MelodyException>(() =>
                    new SemanticLanguageModel(
                        SemanticLanguageModelTests.Tiny(mini: false) with
                        {
                            Codebooks = Books,
                        },
                        ParameterFactory.Random(1)
                    )
                )
                .Message
        );
}
