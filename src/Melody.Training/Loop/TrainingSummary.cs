namespace Melody.Training.Loop;

/// <summary>How a part was trained, as its model folder tells it.</summary>
internal sealed record TrainingSummary
{
    /// <summary>Steps done.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps that the whole training has.</summary>
    public required long OfSteps { get; init; }

    /// <summary>Hours of wall clock.</summary>
    public required double Hours { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }
}
