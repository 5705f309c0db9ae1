namespace Melody.Studio.Jobs;

/// <summary>How many jobs may wait.</summary>
/// <param name="All">Of all clients.</param>
internal sealed record QueueCapacity(int All)
{
    /// <summary>Of one client: the others always find some places.</summary>
    public int Client => All - All / 4;
}
