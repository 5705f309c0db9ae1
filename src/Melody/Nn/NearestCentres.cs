using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// The vector-quantizer's question: which of [count, width] centres lies nearest, by Euclidean distance, to each point?
/// In float32; the first of several equally near centres wins.
/// </summary>
internal static class NearestCentres
{
    private const long ElementsAtOnce = 1 << 24;

    /// <summary>Index of the nearest centre for points [..., width]: int64 [...].</summary>
    public static Tensor Find(Tensor points, Tensor centres) => FindWithDistance(points, centres).Index;

    /// <summary>Index of the nearest centre, int64 [...], and the squared distance to it, float32 [...].</summary>
    public static (Tensor Index, Tensor SquaredDistance) FindWithDistance(Tensor points, Tensor centres)
    {
        long[] outer = points.shape[..^1];
        var rows = points.to_type(ScalarType.Float32).reshape(-1, points.shape[^1]);
        var table = centres.to_type(ScalarType.Float32);
        // |p - c|² = |p|² - 2 p·c + |c|²; the first term is the same for every centre of a point
        var halfSquares = table.square().sum(-1) * 0.5;
        long step = Math.Max(1, ElementsAtOnce / table.shape[0]);
        List<Tensor> indices = [],
            distances = [];
        for (long start = 0; start < rows.shape[0]; start += step)
        {
            var part = rows.narrow(0, start, Math.Min(step, rows.shape[0] - start));
            var (best, index) = (matmul(part, table.t()) - halfSquares).max(-1);
            indices.Add(index);
            distances.Add((part.square().sum(-1) - best * 2).clamp_min(0));
        }
        return (cat(indices, 0).view(outer), cat(distances, 0).view(outer));
    }
}
