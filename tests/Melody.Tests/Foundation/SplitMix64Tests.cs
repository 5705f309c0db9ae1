using Melody.Foundation;
using Melody.Training.Data;

namespace Melody.Tests.Foundation;

public sealed class SplitMix64Tests
{
    // The published C source prints these for the seed 1234567.
    [Fact]
    public void MixingCountedSteps_IsTheReferenceGenerator() =>
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL],
            Enumerable.Range(1, 3).Select(i => SplitMix64.Mix(1234567 + (ulong)i * SplitMix64.Increment))
        );

    // Seeds computed by hand in arbitrary-precision integers: the batches that a run draws must not change between versions.
    [Theory]
    [InlineData(5, 7, -876697071)]
    [InlineData(-1, 0, 0)]
    [InlineData(1, 1_000_000_000_000, 754223714)]
    public void BatchesKeepTheirDraws(long seed, long index, int expected)
    {
        var (batch, random) = (BatchRandom.For(seed, index), new Random(expected));
        for (int i = 0; i < 5; i++)
            Assert.Equal(random.Next(), batch.Next());
    }
}
