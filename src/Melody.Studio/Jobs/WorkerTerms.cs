namespace Melody.Studio.Jobs;

/// <summary>How a worker holds jobs that several share.</summary>
/// <param name="Name">For people.</param>
/// <param name="Lease">How long a job stays its own without a sign of life.</param>
/// <param name="Attempts">How often a job is begun before it is given up.</param>
internal sealed record WorkerTerms(string Name, TimeSpan Lease, int Attempts)
{
    /// <summary>Half a minute, five times.</summary>
    public static WorkerTerms Default { get; } = new($"{Environment.MachineName}-{Environment.ProcessId}", TimeSpan.FromSeconds(30), 5);
}
