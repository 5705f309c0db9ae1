namespace Melody.Training.Loop;

/// <summary>Where a training stands, beside its tensors.</summary>
internal sealed record CheckpointState
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Batches used: where the loader goes on.</summary>
    public required long Batches { get; init; }

    /// <summary>Seed of the run; every random number follows from it and the step.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps of the whole training.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Updates done, by trained set.</summary>
    public required IReadOnlyDictionary<string, long> Updates { get; init; }

    /// <summary>Steps left out because of a loss or gradient that was not finite.</summary>
    public required long Skipped { get; init; }

    /// <summary>Seconds trained, over all calls.</summary>
    public required double Seconds { get; init; }

    /// <summary>The configuration that the run was started with.</summary>
    public required string Configuration { get; init; }

    /// <summary>The commit that the program was built from, where known.</summary>
    public string? Commit { get; init; }
}
