namespace Melody.Diffusion;

/// <summary>
/// The two clocks of a piece: latent frame i sounds from i / frame rate, semantic token j from j / token rate, both
/// counted from the beginning of the piece. Appendix C of MeLoDy moves on by ceil(L/M) frames and ceil(T_ST/M) tokens a
/// hop, 2.50 s against 2.52 s; counting by absolute time instead, the two stay together for ever.
/// </summary>
/// <param name="FrameRate">Latent frames in a second.</param>
/// <param name="TokenRate">Semantic tokens in a second.</param>
/// <param name="WindowFrames">L, the frames that the denoiser sees at once.</param>
/// <param name="Chunks">M; the denoiser learned angles that are the same within a chunk.</param>
/// <param name="HopChunks">Chunks by which a continuation moves on; the paper's is one.</param>
internal sealed record TimeGrid(int FrameRate, int TokenRate, int WindowFrames, int Chunks, int HopChunks = 1)
{
    /// <summary>The grid on which a denoiser was trained.</summary>
    public static TimeGrid Of(DenoiserConfig config) => new(config.LatentRate, config.TokenRate, config.Frames, config.Chunks);

    /// <summary>
    /// The same with continuations that move on by a length of time, which has to be a whole number of chunks and leave one to go on
    /// from.
    /// </summary>
    /// <exception cref="MelodyException">It is not.</exception>
    public TimeGrid WithHop(double seconds)
    {
        double chunk = (double)WindowFrames / Chunks / FrameRate,
            chunks = Math.Round(seconds / chunk);
        if (!(chunks >= 1 && chunks < Chunks && Math.Abs(seconds - chunks * chunk) < 1e-6))
            throw new MelodyException(
                FormattableString.Invariant(
                    $"The hop is {seconds} seconds; give a multiple of {chunk} below {Chunks * chunk}, the window of this model."
                )
            );
        return this with { HopChunks = (int)chunks };
    }

    /// <summary>The frames by which a continuation moves on.</summary>
    public int HopFrames => FramesOf(HopChunks);

    /// <summary>
    /// A sixth of a chunk: the frames at the end of a hop that are made twice, so that a continuation can take over at a quiet moment.
    /// </summary>
    public int SlackFrames => FramesOf(1) / 6;

    /// <summary>A quarter of these: the frames in which it does.</summary>
    public int FadeFrames => SlackFrames / 4;

    private int FramesOf(int chunks) => (WindowFrames * chunks + Chunks - 1) / Chunks;

    /// <summary>
    /// How many tokens from the beginning of the piece it takes until the first <paramref name="frames"/> frames are covered.
    /// </summary>
    public long TokensUntil(long frames) => (frames * TokenRate + FrameRate - 1) / FrameRate;

    /// <summary>
    /// The tokens that belong to a run of frames: from the one whose beginning is nearest to the first frame's, at most
    /// half a token away, to the last that sounds in it.
    /// </summary>
    public (long First, long Count) TokensOf(long firstFrame, long frames)
    {
        long end = TokensUntil(firstFrame + frames);
        long nearest = (2 * firstFrame * TokenRate + FrameRate) / (2L * FrameRate);
        long first = Math.Min(nearest, end - 1);
        return (first, end - first);
    }

    /// <summary>
    /// Where the window lies that makes <paramref name="newFrames"/> frames after the <paramref name="knownFrames"/> that are there.
    /// </summary>
    /// <returns>The window's first frame, and how many of the known frames it holds.</returns>
    public (long First, long Known) WindowAfter(long knownFrames, long newFrames)
    {
        long kept = Math.Min(knownFrames, Math.Max(0, WindowFrames - newFrames));
        return (knownFrames - kept, kept);
    }
}
