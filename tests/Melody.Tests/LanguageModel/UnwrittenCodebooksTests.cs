using Melody.LanguageModel;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.LanguageModel;

/// <summary>Codebooks that a language model neither reads nor writes, against the plain loops with tokens that are not known.</summary>
public sealed class UnwrittenCodebooksTests
{
    private static readonly int[] Books = [16, 5, 9];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SemanticLanguageModelConfig Sizes(params int[] unwritten) =>
        SemanticLanguageModelTests.Tiny(mini: true) with
        {
            Codebooks = Books,
            FrameFeedForward = 10,
            UnwrittenCodebooks = unwritten,
        };

    private static SemanticLanguageModel Make(params int[] unwritten) =>
        FixedValues.Fill(new SemanticLanguageModel(Sizes(unwritten), ParameterFactory.Random(1)));

    private static SemanticRequest Song(params long[] earlier) =>
        new()
        {
            Prefix = [1, 2, 3],
            Seed = 4,
            Earlier = earlier,
        };

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 1, 2)]
    public void Frame_by_frame_gives_the_scores_of_the_plain_loops(bool vectors, params int[] unwritten)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make(unwritten);
        long[][] frames = [.. Enumerable.Range(0, 6).Select(t => Books.Select((codes, book) => (t * 7L + book * 3) % codes).ToArray())];
        foreach (long[] frame in frames)
            model.Config.Forget(frame);
        long[] conditions = model.Vocabulary.Conditions([7, 0, 5]);
        var expected = new PlainLanguageModel(model.Config, FixedValues.State(model)).Scores(conditions, frames, Books);
        using var decoder = new TensorDecoder(model, [conditions], vectors);
        for (int t = 0; t < frames.Length; t++)
        {
            var frame = new long[1, Books.Length];
            for (int book = 0; book < Books.Length; book++)
                frame[0, book] = frames[t][book];
            for (int book = 0; book < Books.Length; book++)
            {
                double[] scores = [.. (book == 0 ? decoder.Scores.ToArray() : decoder.ScoresOf(book, frame)).Select(v => (double)v)];
                FixedValues.AssertClose([.. Enumerable.Range(0, Books[book]).Select(code => expected[book][t, code])], scores);
            }
            _ = decoder.Continue(frame);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void They_stay_unknown_and_the_others_are_the_likeliest_without_them(int unwritten)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make(unwritten);
        var sure = new TokenSamplingOptions { Temperature = 0 };
        var frames = new SemanticSampler(model).Generate([Song()], 8, sure, cancellation: Cancellation)[0].Chunk(Books.Length).ToArray();
        var plain = new PlainLanguageModel(model.Config, FixedValues.State(model));
        var scores = plain.Scores(model.Vocabulary.Conditions([1, 2, 3]), frames, Books);
        for (int t = 0; t < frames.Length; t++)
        for (int book = 0; book < Books.Length; book++)
        {
            long likeliest = Enumerable.Range(0, Books[book]).MaxBy(code => scores[book][t, code]);
            Assert.Equal(book == unwritten ? CodebookSizes.Unknown : likeliest, frames[t][book]);
        }
    }

    [Fact]
    public void What_earlier_music_holds_there_changes_nothing_and_pieces_equal_the_whole()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var model = Make(2);
        var sampler = new SemanticSampler(model);
        var free = new TokenSamplingOptions { Temperature = 2, SemanticGuidance = 1.5 };
        long[] whole = sampler.Generate([Song()], 30, free, cancellation: Cancellation)[0];
        foreach (long filled in new[] { 0, 8 })
        {
            long[] earlier = [.. whole[..(11 * 3)].Select(token => token < 0 ? filled : token)];
            Assert.Equal(whole[(11 * 3)..], sampler.Generate([Song(earlier)], 19, free, cancellation: Cancellation)[0]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void They_are_numbers_of_codebooks_after_the_first(int book) =>
        Assert.Contains(
            "unwrittenCodebooks",
            Assert.Throws<MelodyException>(() => SizeCheck.Require(Sizes(book), "language model")).Message,
            StringComparison.Ordinal
        );
}
