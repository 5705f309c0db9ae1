namespace Melody.Training.FineTuning;

/// <summary>What <c>melody finetune</c> was asked for.</summary>
internal sealed record FineTuningRequest
{
    /// <summary>The folder of recordings.</summary>
    public required string Folder { get; init; }

    /// <summary>The file of the adapter, with its ending.</summary>
    public required string Output { get; init; }

    /// <summary>What the adapter is called.</summary>
    public required string Name { get; init; }

    /// <summary>The folder of the model that is fine-tuned.</summary>
    public required string Model { get; init; }

    /// <summary>A table of captions; null for none.</summary>
    public string? Captions { get; init; }

    /// <summary>Words for music that has none of its own; null for none.</summary>
    public string? Words { get; init; }

    /// <summary>Licence of the music.</summary>
    public string? Licence { get; init; }

    /// <summary>How long both trainings together may take.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The most steps of each training.</summary>
    public long Steps { get; init; } = 100_000;

    /// <summary>Rank of the changes.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Learning rate of the factors after the warm-up.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps between validations on held-out music.</summary>
    public long ValidationSteps { get; init; } = 20;

    /// <summary>Looks at held-out music without a better loss after which a training ends.</summary>
    public int Patience { get; init; } = 6;

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Length of each sample, seconds; 0 makes none.</summary>
    public double SampleSeconds { get; init; } = 10;

    /// <summary>A folder for the imported and the encoded music that stays; null for a temporary one.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Whether a model of random weights may be fine-tuned.</summary>
    public bool AllowUntrained { get; init; }

    /// <summary>Threads of the CPU; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the networks run.</summary>
    public ComputeDevice Device { get; init; }
}
