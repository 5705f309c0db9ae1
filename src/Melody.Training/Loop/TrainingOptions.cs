namespace Melody.Training.Loop;

/// <summary>How long a training runs and how it is kept.</summary>
internal sealed record TrainingOptions
{
    /// <summary>The folder of checkpoints, logs and samples.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Steps of the whole training: the learning rate's schedule ends here.</summary>
    public long Steps { get; init; } = 10_000;

    /// <summary>How long this call may train before it saves and returns; the cosine does not depend on it.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>
    /// The end of <see cref="Budget"/> over which the learning rate falls in a straight line; until then it stays at its
    /// height ("warm-up, stable, decay": Hu et al., MiniCPM, arXiv 2404.06395). Null follows the cosine over all steps.
    /// </summary>
    public TimeSpan? CoolDown { get; init; }

    /// <summary>What measures budget, cool-down and checkpoint interval.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Batches whose gradients are added up before an update.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// Time between checkpoints: a process that is killed loses no more than this and the step, with its validation, that it was in.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Steps between validations; 0 validates at the end only.</summary>
    public long ValidationSteps { get; init; } = 500;

    /// <summary>Steps between log lines.</summary>
    public long LogSteps { get; init; } = 20;

    /// <summary>
    /// Whether to go on from the last checkpoint in <see cref="RunFolder"/>; otherwise a folder with checkpoints is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>The configuration that the run was started with: a resume with another one is refused.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Batches made ahead by the loader.</summary>
    public int Prefetch { get; init; } = 4;
}
