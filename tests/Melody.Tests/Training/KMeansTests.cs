using Melody.Foundation;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Quantization;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class KMeansTests
{
    /// <summary>Clusters of radius well below their distance: the best centres are the clusters' own means.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WellSeparatedClustersAreFound(ulong seed)
    {
        using var scope = NewDisposeScope();
        const int clusters = 12,
            each = 50,
            width = 4;
        var places = new CounterRandom(seed).Normal(0, clusters, width) * 20;
        var points = (places.unsqueeze(1) + new CounterRandom(seed, 1).Normal(0, clusters, each, width) * 0.1).view(-1, width);
        var result = Fit(points, clusters, new() { Seed = seed });
        var own = NearestCentres.Find(points, result.Centres).view(clusters, each);
        Assert.True((own == own.narrow(1, 0, 1)).all().item<bool>());
        Assert.Equal(clusters, own.narrow(1, 0, 1).unique().output.shape[0]);
        var means = points.view(clusters, each, width).mean([1]);
        FixedValues.AssertClose(means, result.Centres.index_select(0, own.select(1, 0)), 1e-4);
        Assert.Equal(0.01 * width, result.MeanSquaredDistance, 0.005);
    }

    /// <summary>When nothing moves any more, each centre is the mean of the points nearest to it.</summary>
    [Fact]
    public void ResultIsAFixedPointOfLloyd()
    {
        using var scope = NewDisposeScope();
        var points = new CounterRandom(4).Normal(0, 300, 3);
        var result = Fit(
            points,
            10,
            new()
            {
                Seed = 1,
                Iterations = 300,
                Tolerance = 0,
            }
        );
        var index = NearestCentres.Find(points, result.Centres);
        for (int c = 0; c < 10; c++)
            FixedValues.AssertClose(points[index == c].mean([0]), result.Centres[c], 1e-4);
    }

    [Fact]
    public void SameSeedGivesTheSameCentres()
    {
        using var scope = NewDisposeScope();
        var points = new CounterRandom(5).Normal(0, 500, 6);
        var (a, b, other) = (Fit(points, 20, new() { Seed = 2 }), Fit(points, 20, new() { Seed = 2 }), Fit(points, 20, new() { Seed = 3 }));
        Assert.True((a.Centres == b.Centres).all().item<bool>());
        Assert.False((a.Centres == other.Centres).all().item<bool>());
    }

    /// <summary>
    /// Most points coincide, so k-means++ and Lloyd alone leave clusters empty; every distinct point still gets a centre.
    /// </summary>
    [Fact]
    public void EveryDistinctPointGetsACentreWhenTheyAreFew()
    {
        using var scope = NewDisposeScope();
        var points = cat(
            [
                zeros(100, 2),
                tensor(
                    new float[,]
                    {
                        { 5, 0 },
                        { 0, 5 },
                        { 9, 9 },
                    }
                ),
            ],
            0
        );
        var result = Fit(points, 4, new() { Seed = 1 });
        Assert.Equal(0, result.MeanSquaredDistance, 1e-9);
    }

    [Fact]
    public void TooFewPointsAreRefused() => Assert.Throws<MelodyException>(() => Fit(ones(3, 2), 4));

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        var points = new CounterRandom(5).Normal(0, 200, 3);
        Fit(points, 5).Centres.Dispose();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            Fit(points, 5).Centres.Dispose();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static KMeansResult Fit(Tensor points, int clusters, KMeansOptions? options = null) =>
        KMeans.Fit(points, clusters, options, TestContext.Current.CancellationToken);
}
