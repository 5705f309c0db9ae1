using CsCheck;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Tests.Nn;

/// <summary>Tokens of several codebooks as rows of one table.</summary>
public sealed class CodebookSizesTests
{
    [Fact]
    public void The_vector_of_a_frame_is_the_sum_of_its_tokens_rows() =>
        Gen.Int[1, 9]
            .Array[1, 4]
            .Sample(sizes =>
            {
                using var scope = NewDisposeScope();
                var books = new CodebookSizes(sizes);
                Assert.Equal(sizes.Sum(), books.Total);
                var table = arange(books.Total, ScalarType.Float64).unsqueeze(1) * tensor(new[] { 1.0, -0.5 });
                long[] tokens = [.. Enumerable.Range(0, 6 * sizes.Length).Select(i => (long)(i * 7 % sizes[i % sizes.Length]))];
                books.Require(tokens, "tokens");
                var sums = books.Sum(tensor(tokens, [2, 3, sizes.Length]), rows => table[rows]);
                Assert.Equal([2, 3, 2], sums.shape);
                for (int frame = 0; frame < 6; frame++)
                {
                    double sum = 0;
                    for (int book = 0; book < sizes.Length; book++)
                        sum += sizes.Take(book).Sum() + tokens[frame * sizes.Length + book];
                    Assert.Equal(sum, sums[frame / 3, frame % 3, 0].item<double>());
                }
            });

    [Fact]
    public void Tokens_beyond_their_codebook_and_torn_frames_are_refused()
    {
        var books = new CodebookSizes([3, 2]);
        books.Require([2, 1, 0, 0], "tokens");
        Assert.Throws<ArgumentOutOfRangeException>(() => books.Require([1, 2], "tokens"));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.Require([-1, 0], "tokens"));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.Require([1, 1, 1], "tokens"));
        Assert.Throws<MelodyException>(() => new CodebookSizes([]));
        Assert.Throws<MelodyException>(() => new CodebookSizes([4, 0]));
        Assert.True(books.FitsInto(new([3, 5])) && !books.FitsInto(new([3])) && !books.FitsInto(new([2, 2])));
        Assert.Equal("3 + 2", books.ToString());
    }
}
