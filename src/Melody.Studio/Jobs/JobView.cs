using Melody.Studio.Orders;
using Melody.Studio.Store;

namespace Melody.Studio.Jobs;

/// <summary>A job as clients see it.</summary>
internal sealed record JobView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>How far it is.</summary>
    public required JobState State { get; init; }

    /// <summary>What it makes.</summary>
    public required OrderTask Task { get; init; }

    /// <summary>The prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>The song that it starts from.</summary>
    public string? Source { get; init; }

    /// <summary>How many pieces it makes.</summary>
    public required int Count { get; init; }

    /// <summary>The seed of the first piece.</summary>
    public required long Seed { get; init; }

    /// <summary>Place in the queue, from 1; null when it does not wait.</summary>
    public int? Place { get; init; }

    /// <summary>What is being done.</summary>
    public string? Stage { get; init; }

    /// <summary>Share of the work that is done, 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>How long it will still take; null where nobody can tell.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Ids of the songs that are made.</summary>
    public required IReadOnlyList<string> Songs { get; init; }

    /// <summary>Why it failed, one sentence.</summary>
    public string? Error { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the work began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Whether a client would see a difference.</summary>
    public bool ShowsSameAs(JobView? other) =>
        other is not null && this with { Songs = other.Songs } == other && Songs.Count == other.Songs.Count;

    /// <summary>A job as it is kept, with the songs that it has made.</summary>
    public static JobView Of(JobRecord record, IReadOnlyList<string> songs) =>
        new()
        {
            Id = record.Id,
            State = record.State,
            Task = record.Order.Task,
            Prompt = record.Order.Prompt,
            Source = record.Order.Source,
            Count = record.Order.Count,
            Seed = record.Order.Settings.Seed ?? 0,
            Fraction = record.State == JobState.Done ? 1 : 0,
            Songs = songs,
            Error = record.Error,
            Created = record.Created,
            Started = record.Started,
            Finished = record.Finished,
        };
}
