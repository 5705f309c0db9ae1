namespace Melody;

/// <summary>
/// Where a continuation takes over. The paper joins new frames to old ones at a fixed place, which often falls onto a beat,
/// where a joint stands out. Here the last moments of what was made stay open until they have been made a second time, as
/// the beginning of the continuation; one fades into the other where that changes least.
/// </summary>
internal static class QuietBorder
{
    /// <summary>Joins two versions of the same moments.</summary>
    /// <param name="old">Frames that end the music so far.</param>
    /// <param name="made">Frames in their place and beyond, at least as many; changed in place, so that they begin as the old ones and go on as the new ones.</param>
    /// <param name="channels">Values in a frame.</param>
    /// <param name="fade">Frames that are a mixture of both, in equal steps; fewer than the old ones.</param>
    /// <returns>The frame in the middle of the fade.</returns>
    public static int Join(ReadOnlySpan<float> old, Span<float> made, int channels, int fade)
    {
        int best = 1, last = old.Length / channels - fade;
        double least = double.PositiveInfinity;
        for (int start = 1; start <= last; start++)
        {
            double change = 0;
            for (int frame = start; frame <= start + fade && frame * channels < made.Length; frame++) change = Math.Max(change, Change(old, made, channels, start, fade, frame));
            if (change < least) (best, least) = (start, change);
        }
        // what depends on frames that are still to be mixed has been looked at by now
        for (int i = 0; i < old.Length; i++) made[i] = (float)Mixed(old, made, channels, best, fade, i);
        return best + fade / 2;
    }

    // how far a frame of the joined music is from the one before it
    private static double Change(ReadOnlySpan<float> old, ReadOnlySpan<float> made, int channels, int start, int fade, int frame)
    {
        double sum = 0;
        for (int i = frame * channels; i < (frame + 1) * channels; i++)
            sum += Math.Abs(Mixed(old, made, channels, start, fade, i) - Mixed(old, made, channels, start, fade, i - channels));
        return sum;
    }

    private static double Mixed(ReadOnlySpan<float> old, ReadOnlySpan<float> made, int channels, int start, int fade, int index)
    {
        if (index >= old.Length) return made[index];
        double share = Math.Clamp((index / channels - start + 1) / (fade + 1.0), 0, 1);
        return (1 - share) * old[index] + share * made[index];
    }
}
