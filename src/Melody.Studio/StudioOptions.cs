using System.Net;
using Melody.Studio.Postgres;
using Melody.Studio.Songs;
using Melody.Studio.Telemetry;

namespace Melody.Studio;

/// <summary>How a studio is run.</summary>
internal sealed record StudioOptions
{
    /// <summary>Where it listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = 5005;

    /// <summary>The data folder.</summary>
    public string Data { get; init; } = StudioFolder.Default;

    /// <summary>The database of jobs and songs that several processes share; null for a file in the data folder.</summary>
    public DatabaseAddress? Database { get; init; }

    /// <summary>The folder of sounds beside the database, shared too; null where there is no database.</summary>
    public string? Sounds { get; init; }

    /// <summary>Whether this process makes music, and does not leave all of it to workers at the database.</summary>
    public bool MakesMusic { get; init; } = true;

    /// <summary>Keys, any of which opens the server; needed where it listens to other machines.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Host names under which it may be reached, besides addresses and localhost.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Other web pages that may use it, as origins.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>How many jobs may wait.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>The longest music that it makes, seconds.</summary>
    public double MostSeconds { get; init; } = 600;

    /// <summary>What an upload may be.</summary>
    public UploadLimits Uploads { get; init; } = UploadLimits.Default;

    /// <summary>Whether there is a page.</summary>
    public bool Page { get; init; }

    /// <summary>Whether it is told what happens, and not only what goes wrong.</summary>
    public bool Verbose { get; init; }

    /// <summary>OpenTelemetry's own variables, which name a collector; those of the process.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = TelemetrySetup.ProcessVariables;

    /// <summary>Refuses what would not be safe.</summary>
    /// <exception cref="MelodyException">It would listen to other machines without a key, or a number is out of its range.</exception>
    public void Check()
    {
        if (!IPAddress.IsLoopback(Address) && Keys.Count == 0)
            throw new MelodyException(
                $"Listening on {Address} opens the studio to other machines; "
                    + "protect it with --api-key or --api-key-file, or listen on 127.0.0.1."
            );
        if (Database is null && (Sounds is not null || !MakesMusic))
            throw new MelodyException(
                $"{(MakesMusic ? "--sounds" : "--workers 0")} needs the database that is shared with workers; name it with --database."
            );
        if (Database is not null && Sounds is null)
            throw new MelodyException(
                "--database needs the folder or bucket of sounds that all its processes share; name it with --sounds."
            );
        if (QueueCapacity is < 1 or > 10_000)
            throw new MelodyException($"The length of the queue is {QueueCapacity}; give 1 to 10000.");
    }
}
