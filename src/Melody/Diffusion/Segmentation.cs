using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// Half-overlapping segments of a sequence, as in dual-path RNN (Luo et al., 2020, section 2.2): half a segment of zeros
/// is put before the sequence and after it, so that every frame lies in exactly two segments.
/// </summary>
internal static class Segmentation
{
    /// <summary>S = ceil(2L/K) + 1.</summary>
    public static long Count(long frames, long segmentLength) => (2 * frames + segmentLength - 1) / segmentLength + 1;

    /// <summary>[batch, L, channels] -> [batch, S, K, channels].</summary>
    public static Tensor Split(Tensor input, long segmentLength)
    {
        long batch = input.shape[0],
            frames = input.shape[1],
            channels = input.shape[2],
            half = segmentLength / 2;
        long segments = Count(frames, segmentLength);
        var padded = nn.functional.pad(input, [0, 0, half, segments * half - frames]);
        var halves = padded.view(batch, segments + 1, half, channels);
        return cat([halves.narrow(1, 0, segments), halves.narrow(1, 1, segments)], 2);
    }

    /// <summary>The sum of the two segments at every frame, without the padding: [batch, S, K, channels] -> [batch, L, channels].</summary>
    public static Tensor OverlapAdd(Tensor segments, long frames)
    {
        long batch = segments.shape[0],
            count = segments.shape[1],
            half = segments.shape[2] / 2,
            channels = segments.shape[3];
        var sum = segments.narrow(1, 1, count - 1).narrow(2, 0, half) + segments.narrow(1, 0, count - 1).narrow(2, half, half);
        return sum.view(batch, (count - 1) * half, channels).narrow(1, 0, frames);
    }
}
