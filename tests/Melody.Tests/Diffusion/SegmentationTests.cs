using CsCheck;
using Melody.Diffusion;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>Segments and merged columns: shapes and algebra.</summary>
public sealed class SegmentationTests
{
    [Fact]
    public void ThePaperHasEightySegments() => Assert.Equal(80, Segmentation.Count(2500, 64));

    [Fact]
    public void OverlapAddOfTheSegmentsIsTwiceTheSequence() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 200], Gen.Int[1, 16], Gen.Int[1, 4])
            .Sample(
                (batch, frames, half, channels) =>
                {
                    using var scope = NewDisposeScope();
                    var x = FixedValues.Tensor(1, batch, frames, channels);
                    var segments = Segmentation.Split(x, 2 * half);
                    Assert.Equal([batch, Segmentation.Count(frames, 2 * half), 2 * half, channels], segments.shape);
                    AssertClose(x * 2, Segmentation.OverlapAdd(segments, frames), 0);
                },
                iter: 60
            );

    [Fact]
    public void SegmentsAreTheFramesThatTheyShouldBe()
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 11, ScalarType.Float32).view(1, 10, 1);
        var segments = Matrix(Segmentation.Split(x, 4));
        // half a segment of zeros first; 10 frames fill five halves, so no more padding than the half at the end
        double[,] expected =
        {
            { 0, 0, 1, 2 },
            { 1, 2, 3, 4 },
            { 3, 4, 5, 6 },
            { 5, 6, 7, 8 },
            { 7, 8, 9, 10 },
            { 9, 10, 0, 0 },
        };
        Assert.Equal(expected.Cast<double>(), segments.Cast<double>());
    }

    [Theory]
    [InlineData(8, 64, new[] { 64, 32, 16, 8, 8, 16, 32, 64 })]
    [InlineData(6, 32, new[] { 32, 16, 8, 8, 16, 32 })]
    [InlineData(4, 16, new[] { 16, 8, 8, 16 })]
    [InlineData(5, 16, new[] { 16, 8, 4, 8, 16 })]
    [InlineData(1, 16, new[] { 16 })]
    public void ColumnsAreFewestInTheMiddle(int blocks, int columns, int[] expected)
    {
        using var scope = NewDisposeScope();
        var x = FixedValues.Tensor(2, 2, 3, columns, 4);
        for (int i = 0; i < blocks; i++)
        {
            int factor = SegmentMerging.Factor(i, blocks);
            var merged = SegmentMerging.Merge(x, factor);
            Assert.Equal([2, 3, expected[i], 4], merged.shape);
            var repeated = SegmentMerging.Repeat(merged, factor);
            Assert.Equal(x.shape, repeated.shape);
            // repeated columns are equal, and their average is the merged column again
            AssertClose(merged, SegmentMerging.Merge(repeated, factor), 1e-6);
        }
    }

    [Fact]
    public void MergingAveragesNeighbours()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 3, 10, 30 }).view(1, 1, 4, 1);
        Assert.Equal([2.0, 20.0], Flat(SegmentMerging.Merge(x, 2)));
        Assert.Equal([2.0, 2.0, 20.0, 20.0], Flat(SegmentMerging.Repeat(SegmentMerging.Merge(x, 2), 2)));
    }
}
