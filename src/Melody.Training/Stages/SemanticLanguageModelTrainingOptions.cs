using Melody.Training.Data;
using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch, conditions and optimiser of the semantic language model's training.</summary>
internal sealed record SemanticLanguageModelTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Windows in a batch.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Steps of the warm-up.</summary>
    [Size(0, 1e9)]
    public required long WarmUpSteps { get; init; }

    /// <summary>Weight decay of the matrices.</summary>
    [Size(0, 10)]
    public required double WeightDecay { get; init; }

    /// <summary>Whether the matrices between hidden values are updated by Muon, and not by AdamW as all else.</summary>
    public bool Muon { get; init; }

    /// <summary>Decay of the moving average of the parameters.</summary>
    [Size(0, 0.9999999)]
    public required double EmaDecay { get; init; }

    /// <summary>Tokens by which an example may begin earlier or later than the window that its conditions describe.</summary>
    [Size(0, 1e5)]
    public required int JitterTokens { get; init; }

    /// <summary>
    /// Share of examples whose tokens and key are transposed by 1 to 11 semitones, where tokens tell pitches; the words of a prompt stay.
    /// </summary>
    [Size(0, 1)]
    public double TransposedShare { get; init; }

    /// <summary>Which conditions are shown; the paper shows the audio tower's tokens alone.</summary>
    public required ConditionMix Conditions { get; init; }
}
