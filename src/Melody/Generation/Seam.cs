namespace Melody.Generation;

/// <summary>Music whose last moments fade into another version of themselves.</summary>
/// <param name="Latents">Frame after frame, from the first moment of which there are two versions.</param>
/// <param name="First">The first frame that is a mixture of both.</param>
/// <param name="End">The frame after the last mixture.</param>
internal sealed record Joint(float[] Latents, int First, int End);

/// <summary>
/// Where a continuation takes over. The paper joins new frames to old ones at a fixed place, which often falls onto a beat,
/// where a seam stands out. Here the last moments of what was made stay open until they have been made a second time, as
/// the beginning of the continuation; one fades into the other where that is heard least.
/// </summary>
internal static class Seam
{
    private const int MostPlaces = 16;

    /// <summary>Joins two versions of the same moments.</summary>
    /// <param name="old">Frames that end the music so far.</param>
    /// <param name="made">
    /// Frames in their place and beyond, at least as many; changed in place, so that they begin as the old ones and go on as the new
    /// ones.
    /// </param>
    /// <param name="channels">Values in a frame.</param>
    /// <param name="fade">Frames that are a mixture of both, in equal steps; fewer than the old ones.</param>
    /// <param name="listen">How much each of the possible joints is heard.</param>
    /// <returns>The frame in the middle of the fade.</returns>
    public static int Join(
        ReadOnlySpan<float> old,
        Span<float> made,
        int channels,
        int fade,
        Func<IReadOnlyList<Joint>, IReadOnlyList<double>> listen
    )
    {
        int last = old.Length / channels - fade,
            places = Math.Min(last, MostPlaces);
        var joints = new Joint[places];
        for (int i = 0; i < places; i++)
        {
            // spread evenly over 1 to the last place
            int first = 1 + (places == 1 ? 0 : i * (last - 1) / (places - 1));
            joints[i] = new(Faded(old, made, channels, first, fade), first, first + fade);
        }
        var heard = listen(joints);
        var best = joints[Enumerable.Range(0, places).MinBy(i => heard[i])];
        best.Latents.CopyTo(made);
        return best.First + fade / 2;
    }

    private static float[] Faded(ReadOnlySpan<float> old, ReadOnlySpan<float> made, int channels, int first, int fade)
    {
        float[] faded = made.ToArray();
        for (int i = 0; i < old.Length; i++)
        {
            double share = Math.Clamp((i / channels - first + 1) / (fade + 1.0), 0, 1);
            faded[i] = (float)((1 - share) * old[i] + share * made[i]);
        }
        return faded;
    }
}
