using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>A job that has not ended: its record and how far it is. What changes is replaced whole, so that readers need no lock.</summary>
internal sealed class JobTicket(JobRecord record) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The id of the job.</summary>
    public string Id => Record.Id;

    /// <summary>Whose turn it takes.</summary>
    public string Client => Record.Client;

    /// <summary>The job as it is kept.</summary>
    public JobRecord Record { get; set; } = record;

    /// <summary>The right to end the job; null where this process alone makes jobs.</summary>
    public Lease? Lease { get; init; }

    /// <summary>How often a worker has begun it by lease, from 1; null where this process alone makes jobs.</summary>
    public int? Attempt { get; init; }

    /// <summary>Time stamp of the moment when a worker took it by lease.</summary>
    public long Since { get; init; }

    /// <summary>How far the work is; null while it waits.</summary>
    public JobStep? Step { get; set; }

    /// <summary>Ids of the songs that are made.</summary>
    public IReadOnlyList<string> Songs { get; set; } = [];

    /// <summary>The piece that is being made, as far as it can be heard.</summary>
    public LiveSound? Sound { get; set; }

    /// <summary>Cancelled when a client ends the job.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Completed when the job has ended and is kept so.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends the work within a step.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Tells those who wait that the job has ended.</summary>
    public void End()
    {
        Sound?.Complete();
        _ended.TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();
}
