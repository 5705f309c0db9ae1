namespace Melody;

/// <summary>
/// Where a continuation takes over. The paper joins new frames to old ones at a fixed place, which often falls onto a beat,
/// where a joint stands out; of the last quarter of a second, the moment at which the latents change least hides it better.
/// What was made beyond that moment is not final, but fades out under the new frames.
/// </summary>
internal static class QuietBorder
{
    /// <summary>The frame <c>earliest</c> .. <c>latest</c> around which the least happens: the largest of the changes into it and its two neighbours is smallest.</summary>
    /// <param name="latents">Frame after frame; there has to be one before <paramref name="earliest"/> - 1 and one behind <paramref name="latest"/>.</param>
    /// <param name="channels">Values in a frame.</param>
    /// <param name="earliest">First frame that may become the first new one.</param>
    /// <param name="latest">Last such frame; among equals it is taken.</param>
    public static int Find(ReadOnlySpan<float> latents, int channels, int earliest, int latest)
    {
        int best = latest;
        double least = double.PositiveInfinity;
        for (int frame = latest; frame >= earliest; frame--)
        {
            double change = 0;
            for (int near = frame - 1; near <= frame + 1; near++) change = Math.Max(change, Change(latents, channels, near));
            if (change < least) (best, least) = (frame, change);
        }
        return best;
    }

    /// <summary>Fades from the frames that were made beyond the border to the new ones in their place, in equal steps.</summary>
    /// <param name="made">New frames, changed in place.</param>
    /// <param name="beyond">Frames beyond the border, at most as many.</param>
    /// <param name="channels">Values in a frame.</param>
    public static void Blend(Span<float> made, ReadOnlySpan<float> beyond, int channels)
    {
        int frames = beyond.Length / channels;
        for (int i = 0; i < beyond.Length; i++)
        {
            float share = (i / channels + 1f) / (frames + 1);
            made[i] = (1 - share) * beyond[i] + share * made[i];
        }
    }

    // how far a frame is from the one before it
    private static double Change(ReadOnlySpan<float> latents, int channels, int frame)
    {
        ReadOnlySpan<float> now = latents.Slice(frame * channels, channels), before = latents.Slice((frame - 1) * channels, channels);
        double sum = 0;
        for (int c = 0; c < channels; c++) sum += Math.Abs(now[c] - before[c]);
        return sum;
    }
}
