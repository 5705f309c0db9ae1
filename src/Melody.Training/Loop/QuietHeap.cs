using System.Runtime;

namespace Melody.Training.Loop;

/// <summary>
/// Keeps the garbage collector still while the training thread is inside libtorch. TorchSharp does not hold on to the
/// scalars of a call: a collection that another thread's allocations start (the loader's) may free one that is being read
/// ("toFloat at Scalar.h: Expected false to be true"). Collections happen here, between two steps, instead.
/// </summary>
internal sealed class QuietHeap : IDisposable
{
    // what may be allocated between two collections; half of it is kept for the step that is under way
    private const long Room = 256L << 20;

    private long _start;
    private bool _quiet;

    public QuietHeap() => Begin();

    /// <summary>Between two steps: collects when half the room is used.</summary>
    public void Renew()
    {
        if (IsQuiet && GC.GetTotalAllocatedBytes() - _start < Room / 2) return;
        Dispose();
        Begin();
    }

    // the collector leaves the region by itself when the room was not enough
    private bool IsQuiet => _quiet && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion;

    private void Begin()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) return; // another training's
        try { _quiet = GC.TryStartNoGCRegion(Room); }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException) { _quiet = false; } // a small heap limit: as without
        _start = GC.GetTotalAllocatedBytes();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool quiet = IsQuiet;
        _quiet = false;
        if (!quiet) return;
        try { GC.EndNoGCRegion(); }
        catch (InvalidOperationException) { } // it ended at this very moment
    }
}
