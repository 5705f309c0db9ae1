using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>
/// What boards do alike at their edges: orders are checked when they come, jobs that have ended are shown with their songs.
/// </summary>
internal sealed class OrderDesk(SongLibrary library, JobLimits limits)
{
    /// <summary>The order, checked, with its seed.</summary>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    public async Task<MusicOrder> SettleAsync(MusicOrder order, CancellationToken cancellation)
    {
        var source = order.Source is { } id ? await SourceAsync(id, cancellation).ConfigureAwait(false) : null;
        return OrderCheck.Settle(order, source?.Seconds, limits.Seconds);
    }

    /// <summary>A job as it is kept.</summary>
    public async Task<JobView> ViewAsync(JobRecord record, CancellationToken cancellation)
    {
        var songs = await library.OfJobAsync(record.Id, cancellation).ConfigureAwait(false);
        return JobView.Of(record, [.. songs.Select(song => song.Id)]);
    }

    private async Task<SongRecord> SourceAsync(string id, CancellationToken cancellation) =>
        await library.FindAsync(id, cancellation).ConfigureAwait(false) is { Trashed: null } song
            ? song
            : throw new MelodyException("The song to start from does not exist, or is in the trash.");
}
