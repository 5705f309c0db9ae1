namespace Melody.Generation;

/// <summary>One place where the end of the music so far may fade into the version of it that the next window made.</summary>
/// <param name="Latents">Frame after frame, from the first frame of which there are two versions.</param>
/// <param name="First">The first frame that is a mixture of both.</param>
/// <param name="End">The frame after the last mixture.</param>
internal sealed record SeamCandidate(float[] Latents, int First, int End);

/// <summary>
/// Where a continuation takes over. The paper joins new frames to old ones at a fixed place, which often falls on a beat,
/// where a seam stands out. Here the last frames stay open until they have been made a second time, as the beginning of the
/// continuation; one version fades into the other where that is least audible.
/// </summary>
internal static class Seam
{
    private const int MaxCandidates = 16;

    /// <summary>Joins two versions of the same frames.</summary>
    /// <param name="old">Frames that end the music so far.</param>
    /// <param name="made">
    /// Frames in their place and beyond, at least as many; changed in place, so that they begin as the old ones and go on as the new
    /// ones.
    /// </param>
    /// <param name="channels">Values in a frame.</param>
    /// <param name="fade">Frames that are a mixture of both, in equal steps; fewer than the old ones.</param>
    /// <param name="measure">How audible each candidate is.</param>
    /// <returns>The frame in the middle of the fade.</returns>
    public static int Join(
        ReadOnlySpan<float> old,
        Span<float> made,
        int channels,
        int fade,
        Func<IReadOnlyList<SeamCandidate>, IReadOnlyList<double>> measure
    )
    {
        int last = old.Length / channels - fade,
            count = Math.Min(last, MaxCandidates);
        var candidates = new SeamCandidate[count];
        for (int i = 0; i < count; i++)
        {
            // spread evenly from 1 to the last possible
            int first = 1 + (count == 1 ? 0 : i * (last - 1) / (count - 1));
            candidates[i] = new(Faded(old, made, channels, first, fade), first, first + fade);
        }
        var audible = measure(candidates);
        var best = candidates[Enumerable.Range(0, count).MinBy(i => audible[i])];
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
