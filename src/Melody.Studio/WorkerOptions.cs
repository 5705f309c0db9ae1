using Melody.Studio.Jobs;
using Melody.Studio.Postgres;
using Melody.Studio.Telemetry;

namespace Melody.Studio;

/// <summary>How a worker process is run.</summary>
/// <param name="Database">The database of jobs and songs.</param>
/// <param name="Sounds">The folder of sounds, or the address of a bucket, shared with the others.</param>
internal sealed record WorkerOptions(DatabaseAddress Database, string Sounds)
{
    /// <summary>How it holds jobs.</summary>
    public WorkerTerms Terms { get; init; } = WorkerTerms.Default;

    /// <summary>The port of health and metrics, on all addresses of the machine; null for none.</summary>
    public int? HealthPort { get; init; }

    /// <summary>Whether it is told what happens, and not only what goes wrong.</summary>
    public bool Verbose { get; init; }

    /// <summary>OpenTelemetry's own variables, which name a collector; those of the process.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = TelemetrySetup.ProcessVariables;
}
