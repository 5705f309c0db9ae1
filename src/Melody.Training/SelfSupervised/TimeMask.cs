using Melody.Foundation;

namespace Melody.Training.SelfSupervised;

/// <summary>
/// Which frames are hidden from the network (wav2vec 2.0, section 3.1): spans of 10 frames begin at random frames and may
/// overlap. Every example gets the same number of masked frames, so that a batch stays a rectangle.
/// </summary>
internal static class TimeMask
{
    /// <param name="batch">Examples.</param>
    /// <param name="frames">Frames of each.</param>
    /// <param name="random">Source of the draws.</param>
    /// <param name="share">
    /// Spans an example times their length over its frames; overlaps make the masked share smaller: 0.65 masks about half.
    /// </param>
    /// <param name="span">Frames of a span.</param>
    /// <returns>The masked frames of each example in ascending order, all lists equally long.</returns>
    public static long[,] Draw(int batch, int frames, CounterRandom random, double share = 0.65, int span = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        span = Math.Min(span, frames - 1);
        int spans = Math.Max(1, (int)Math.Round(share * frames / span));
        var masked = new SortedSet<long>[batch];
        for (int b = 0; b < batch; b++)
        {
            var own = random.Fork(random.Stream + (ulong)b + 1);
            masked[b] = [];
            foreach (int start in own.Permutation(frames - span + 1).Take(spans))
                for (int i = 0; i < span; i++)
                    masked[b].Add(start + i);
        }
        // at least two frames each, as a frame's negatives are others; all may not be masked
        int count = masked.Min(m => m.Count);
        var result = new long[batch, count];
        for (int b = 0; b < batch; b++)
        {
            var frame = masked[b].ToArray();
            var kept = random
                .Fork(~(random.Stream + (ulong)b))
                .Permutation(frame.Length)
                .Take(count)
                .Select(i => frame[i])
                .Order()
                .ToArray();
            for (int i = 0; i < count; i++)
                result[b, i] = kept[i];
        }
        return result;
    }

    /// <summary>For each of <paramref name="masked"/> frames, indices of <paramref name="count"/> others, drawn with repetition.</summary>
    public static long[,,] Negatives(int batch, int masked, int count, CounterRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(masked, 2);
        var negatives = new long[batch, masked, count];
        ulong draw = 0;
        for (int b = 0; b < batch; b++)
        for (int i = 0; i < masked; i++)
        for (int k = 0; k < count; k++)
        {
            long other = random.Integer(draw++, masked - 1);
            negatives[b, i, k] = other < i ? other : other + 1;
        }
        return negatives;
    }
}
