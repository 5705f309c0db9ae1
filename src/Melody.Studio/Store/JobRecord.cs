using Melody.Studio.Orders;

namespace Melody.Studio.Store;

/// <summary>A job as it is kept.</summary>
/// <param name="Id">A <see cref="TimedId"/>.</param>
/// <param name="Client">Whose turn it takes.</param>
/// <param name="Order">What is made, with its seed.</param>
/// <param name="State">How far it is.</param>
/// <param name="Created">When it was accepted.</param>
internal sealed record JobRecord(string Id, string Client, MusicOrder Order, JobState State, DateTimeOffset Created)
{
    /// <summary>When the work began, for the last time.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Why it failed, one sentence.</summary>
    public string? Error { get; init; }
}
