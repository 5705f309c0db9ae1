using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// MergeSegments and RepeatSegments (MeLoDy, section 4.1): the coarse path of the inner blocks works on averages of
/// neighbouring columns, finest at both ends of the network.
/// </summary>
internal static class SegmentMerging
{
    /// <summary>P_i = 2^min(i, N - 1 - i) columns become one, for block i = 0 .. N - 1.</summary>
    public static int Factor(int block, int blocks) => 1 << Math.Min(block, blocks - 1 - block);

    /// <summary>
    /// Averages <paramref name="factor"/> neighbouring columns: [batch, S, K, channels] -> [batch, S, K / factor, channels].
    /// </summary>
    public static Tensor Merge(Tensor segments, int factor)
    {
        var s = segments.shape;
        return factor == 1 ? segments : segments.view(s[0], s[1], s[2] / factor, factor, s[3]).mean([3]);
    }

    /// <summary>Repeats each column <paramref name="factor"/> times: [batch, S, K / factor, channels] -> [batch, S, K, channels].</summary>
    public static Tensor Repeat(Tensor segments, int factor)
    {
        var s = segments.shape;
        return factor == 1
            ? segments
            : segments.unsqueeze(3).expand(s[0], s[1], s[2], factor, s[3]).reshape(s[0], s[1], s[2] * factor, s[3]);
    }
}
