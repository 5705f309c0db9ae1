using Melody.Diffusion;

namespace Melody.Generation;

/// <summary>
/// Says which window comes next. With nothing behind what is made (MeLoDy, appendix C: generation and continuation) it is a
/// window first and then hop by hop without end, and the last frames of each hop stay open until the next has made them too
/// (<see cref="Seam"/>). Between known frames (appendix C: inpainting) a gap that fits a window with room on both sides is made
/// at once, and a longer one is continued from the left, chunk by chunk, until what is left fits.
/// </summary>
/// <param name="grid">The clock, with the hop of open ends.</param>
/// <param name="quick">Whether the first two windows of an open end make a chunk each, so that they are there soon.</param>
internal sealed class WindowPlanner(TimeGrid grid, bool quick = false)
{
    private const int QuickChunks = 2;

    private readonly long _chunk = (grid with { HopChunks = 1 }).HopFrames;

    /// <summary>The clock and the hop that the options ask for; half a window where they leave it open.</summary>
    /// <exception cref="MelodyException">The denoiser cannot move on by the hop.</exception>
    public static TimeGrid Grid(GenerationOptions options, DenoiserConfig denoiser)
    {
        var grid = TimeGrid.Of(denoiser);
        return options.HopSeconds is { } hop ? grid.WithHop(hop) : grid with { HopChunks = Math.Max(1, grid.Chunks / 2) };
    }

    /// <summary>The window that makes the next frames; null when all are made.</summary>
    public Window? Next(Timeline timeline) =>
        timeline.Position >= timeline.End ? null
        : timeline.IsOpen ? Onward(timeline)
        : Between(timeline.Position, timeline.End, timeline.Frames);

    private Window Onward(Timeline timeline)
    {
        var (at, end) = (timeline.Position, timeline.End);
        long fresh = quick && at < timeline.Start + QuickChunks * _chunk - grid.SlackFrames ? _chunk
            : at == 0 ? grid.WindowFrames
            : grid.HopFrames,
            until = at + fresh;
        return new(grid.WindowAfter(at, fresh).First, until, at, until, until < end ? until - grid.SlackFrames : until);
    }

    private Window Between(long at, long end, long total)
    {
        long size = grid.WindowFrames;
        bool last = end - at <= size / 2 || total <= size;
        long before = last ? Math.Max(0, (size - (end - at)) / 2) : size / 2,
            first = Math.Clamp(at - before, 0, Math.Max(0, total - size)),
            behind = Math.Min(first + size, total),
            until = Math.Min(end, behind);
        return new(first, behind, at, until, last ? end : Math.Min(until, at + _chunk));
    }
}
