using CsCheck;
using Melody.Foundation;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Tests.Foundation;

public sealed class CounterRandomTests
{
    /// <summary>The published known answers of Philox4x32-10 (Random123, kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void AnswersAreThePublishedOnes(uint a, uint b, uint c, uint d, uint k, uint l, uint w, uint x, uint y, uint z) =>
        Assert.Equal((w, x, y, z), CounterRandom.Philox((a, b, c, d), (k, l)));

    [Fact]
    public void AnyPartCanBeDrawnOnItsOwn() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 40], Gen.Int[0, 20])
            .Sample(
                (seed, first, length) =>
                {
                    var random = new CounterRandom(seed, 7);
                    float[] whole = new float[64],
                        part = new float[length];
                    random.FillNormal(whole);
                    random.FillNormal(part, (ulong)first);
                    Assert.Equal(whole[first..(first + length)], part);
                    for (int i = 0; i < length; i++)
                        Assert.Equal((float)random.Normal((ulong)(first + i)), part[i]);
                },
                iter: 200
            );

    [Fact]
    public void SeedsAndStreamsDiffer()
    {
        var values = new HashSet<double>();
        for (ulong seed = 0; seed < 10; seed++)
        for (ulong stream = 0; stream < 10; stream++)
        for (ulong i = 0; i < 10; i++)
            values.Add(new CounterRandom(seed, stream).Uniform(i));
        Assert.Equal(1000, values.Count);
    }

    [Fact]
    public void UniformNumbersFillTheUnitEvenly()
    {
        const int count = 100_000,
            bins = 100;
        var histogram = new int[bins];
        for (ulong i = 0; i < count; i++)
            histogram[(int)(new CounterRandom(3).Uniform(i) * bins)]++;
        double chiSquare = histogram.Sum(n => (n - count / bins) * (double)(n - count / bins) / (count / bins));
        // 99 degrees of freedom: 1 in 10^6 lies above 181, 1 in 10^6 below 44
        Assert.InRange(chiSquare, 44, 181);
    }

    [Fact]
    public void NormalNumbersHaveTheMomentsOfTheNormal()
    {
        var values = new float[200_000];
        new CounterRandom(11, 5).FillNormal(values);
        double Moment(int power) => values.Average(v => Math.Pow(v, power));
        // five standard errors of each moment: sqrt((E x^2n - (E x^n)^2) / count)
        Assert.InRange(Moment(1), -0.0112, 0.0112);
        Assert.InRange(Moment(2), 1 - 0.0159, 1 + 0.0159);
        Assert.InRange(Moment(3), -0.0434, 0.0434);
        Assert.InRange(Moment(4), 3 - 0.11, 3 + 0.11);
        double neighbours = values.Zip(values.Skip(1), (a, b) => (double)a * b).Average();
        Assert.InRange(neighbours, -0.0112, 0.0112);
    }

    [Fact]
    public void PermutationHoldsEveryEntryOnce() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 200])
            .Sample(
                (seed, count) => Assert.Equal(Enumerable.Range(0, count), new CounterRandom(seed).Permutation(count).Order()),
                iter: 100
            );

    [Fact]
    public void NearestCentreIsTheLoopsAnswer() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 30], Gen.Int[1, 6])
            .Sample(
                (count, rows, width) =>
                {
                    using var scope = NewDisposeScope();
                    double[,] points = Reference.FixedValues.Matrix(1, rows, width),
                        centres = Reference.FixedValues.Matrix(2, count, width);
                    var (index, distance) = NearestCentres.FindWithDistance(
                        Reference.FixedValues.Tensor(points),
                        Reference.FixedValues.Tensor(centres)
                    );
                    for (int r = 0; r < rows; r++)
                    {
                        double Distance(int c) => Enumerable.Range(0, width).Sum(i => Math.Pow(points[r, i] - centres[c, i], 2));
                        int best = Enumerable.Range(0, count).MinBy(Distance);
                        Assert.Equal(best, index[r].item<long>());
                        Assert.Equal(Distance(best), distance[r].item<float>(), 1e-4);
                    }
                },
                iter: 40
            );
}
