using Melody.Foundation;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Training.Quantization;

/// <summary>How <see cref="KMeans"/> runs.</summary>
internal sealed record KMeansOptions
{
    /// <summary>Passes over all points (Lloyd), at most.</summary>
    public int Iterations { get; init; } = 30;

    /// <summary>Stops when a pass lowers the mean squared distance by less than this share.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>k-means++ draws its starting centres from this many points at most, as its cost is points times centres.</summary>
    public int StartingPoints { get; init; } = 65_536;

    /// <summary>Decides the start and the revival of empty clusters.</summary>
    public ulong Seed { get; init; }
}

/// <summary>What <see cref="KMeans.Fit"/> found.</summary>
/// <param name="Centres">[clusters, width], float32.</param>
/// <param name="MeanSquaredDistance">Of the points to their nearest centre, after the last pass.</param>
/// <param name="Passes">How many passes it took.</param>
internal sealed record KMeansResult(Tensor Centres, double MeanSquaredDistance, int Passes);

/// <summary>
/// k-means clustering (Lloyd, 1982) started by k-means++ (Arthur and Vassilvitskii, 2007). A cluster that loses all its
/// points starts again at one of the points that lie farthest from their centres. The same points, options and seed give
/// the same centres.
/// </summary>
internal static class KMeans
{
    /// <param name="points">float32 [points, width], on any device.</param>
    /// <param name="clusters">How many centres; at most as many as there are points.</param>
    /// <param name="options">See <see cref="KMeansOptions"/>.</param>
    /// <param name="cancellation">Ends between two passes.</param>
    public static KMeansResult Fit(Tensor points, int clusters, KMeansOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        if (points.shape[0] < clusters)
            throw new MelodyException(
                $"{clusters} clusters need at least as many points, but there are {points.shape[0]}; use a larger corpus."
            );
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        points = points.to_type(ScalarType.Float32);
        var random = new CounterRandom(options.Seed, 0x6B6D65616E73);
        var centres = Start(points, clusters, options.StartingPoints, random);
        double before = double.PositiveInfinity;
        for (int pass = 1; ; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (index, distance) = NearestCentres.FindWithDistance(points, centres);
            double mean = distance.to_type(ScalarType.Float64).mean().item<double>();
            bool done = pass > options.Iterations || mean >= before * (1 - options.Tolerance);
            var counts = zeros(clusters, ScalarType.Float32, points.device).index_add_(0, index, ones_like(distance), 1);
            bool emptied = counts.min().item<float>() == 0;
            if (done && (!emptied || pass > options.Iterations || mean == 0))
                return new(centres.MoveToOuterDisposeScope(), mean, pass);
            var sums = zeros_like(centres).index_add_(0, index, points, 1);
            centres = where((counts > 0).unsqueeze(1), sums / counts.clamp_min(1).unsqueeze(1), centres);
            if (emptied)
                Revive(centres, points, counts, distance);
            centres = centres.MoveToOuterDisposeScope();
            before = mean;
        }
    }

    /// <summary>
    /// k-means++: each further centre is a point drawn with probability proportional to its squared distance from the nearest one so far.
    /// </summary>
    private static Tensor Start(Tensor points, int clusters, int startingPoints, CounterRandom random)
    {
        using var scope = NewDisposeScope();
        if (points.shape[0] > Math.Max(startingPoints, clusters))
        {
            long each = points.shape[0];
            var chosen = Enumerable
                .Range(0, Math.Max(startingPoints, clusters))
                .Select(i => random.Fork(1).Integer((ulong)i, each))
                .ToArray();
            points = points.index_select(0, tensor(chosen, device: points.device));
        }
        var centres = empty(clusters, points.shape[1], device: points.device);
        long at = random.Integer(0, points.shape[0]);
        Tensor? nearest = null;
        for (int c = 0; c < clusters; c++)
        {
            using var inner = NewDisposeScope();
            var centre = points[at];
            centres[c].copy_(centre);
            if (c + 1 == clusters)
                break;
            var distance = (points - centre).square().sum(-1);
            var previous = nearest;
            nearest = (previous is null ? distance : minimum(previous, distance)).MoveToOuterDisposeScope();
            previous?.Dispose();
            var cumulative = nearest.cumsum(0, ScalarType.Float64);
            double total = cumulative[-1].item<double>();
            double target = random.Uniform((ulong)c + 1) * total;
            at =
                total > 0
                    ? Math.Min(
                        searchsorted(cumulative, tensor(target, ScalarType.Float64, points.device), out_int32: false, right: true)
                            .item<long>(),
                        points.shape[0] - 1
                    )
                    : random.Integer((ulong)c + 1, points.shape[0]);
        }
        return centres.MoveToOuterDisposeScope();
    }

    private static void Revive(Tensor centres, Tensor points, Tensor counts, Tensor distance)
    {
        var empties = (counts == 0).nonzero().flatten();
        var (_, farthest) = distance.topk((int)empties.shape[0]);
        centres.index_copy_(0, empties, points.index_select(0, farthest));
    }
}
