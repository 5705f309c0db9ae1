using CsCheck;
using Melody.Generation;

namespace Melody.Tests.Generation;

public sealed class SpliceTests
{
    [Fact]
    public void InsideTheTakeOutsideThePieceBetweenBoth() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 60], Gen.Int[0, 12], Gen.Int[0, 12])
            .Sample(
                (start, length, fade, lead) =>
                {
                    const int total = 120;
                    int end = Math.Min(total, start + length),
                        takeStart = Math.Max(0, start - lead),
                        takeEnd = Math.Min(total, end + lead);
                    var samples = Enumerable.Repeat(1f, total).ToArray();
                    Splice.Over(samples, Enumerable.Repeat(3f, takeEnd - takeStart).ToArray(), takeStart, start, end, fade);
                    for (int i = 0; i < total; i++)
                    {
                        if (i >= start && i < end)
                            Assert.Equal(3f, samples[i], 1e-6f);
                        else if (i < start - fade || i >= end + fade || i < takeStart || i >= takeEnd)
                            Assert.Equal(1f, samples[i]);
                        else
                            Assert.InRange(samples[i], 1f, 3f);
                    }
                }
            );

    [Fact]
    public void Two_channels_are_spliced_as_each_alone()
    {
        var random = new Random(1);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
        float[] left = Values(60),
            right = Values(60),
            leftTake = Values(30),
            rightTake = Values(30);
        float[] both = [.. left.Zip(right, (l, r) => (float[])[l, r]).SelectMany(x => x)],
            take = [.. leftTake.Zip(rightTake, (l, r) => (float[])[l, r]).SelectMany(x => x)];
        Splice.Over(both, take, 10, 18, 32, 6, channels: 2);
        Splice.Over(left, leftTake, 10, 18, 32, 6);
        Splice.Over(right, rightTake, 10, 18, 32, 6);
        Assert.Equal(left, both.Where((_, i) => i % 2 == 0));
        Assert.Equal(right, both.Where((_, i) => i % 2 == 1));
    }

    [Fact]
    public void TwoEqualTakesLeaveNoTrace()
    {
        float[] piece = [.. Enumerable.Range(0, 50).Select(i => MathF.Sin(i))],
            copy = [.. piece];
        Splice.Over(copy, piece, 0, 20, 30, 8);
        Assert.Equal(piece, copy);
    }
}
