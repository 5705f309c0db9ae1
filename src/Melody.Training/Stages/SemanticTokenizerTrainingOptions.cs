using Melody.SemanticTokens;
using Melody.Training.SelfSupervised;

namespace Melody.Training.Stages;

/// <summary>Batch, objectives and clustering of the semantic tokenizer's training.</summary>
internal sealed record SemanticTokenizerTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Tokens in a segment, 25 a second.</summary>
    public required int SegmentFrames { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of the warm-up.</summary>
    public required long WarmUpSteps { get; init; }

    /// <summary>Decay of the moving average of the parameters.</summary>
    public required double EmaDecay { get; init; }

    /// <summary>The wav2vec 2.0 objective.</summary>
    public Wav2Vec2ObjectiveOptions Objective { get; init; } = new();

    /// <summary>Weight of the objective; 1 in the paper.</summary>
    public double ContrastiveWeight { get; init; } = 1;

    /// <summary>
    /// Weight of telling chroma, onsets, beats and instruments from the tapped layer, where the corpus knows its notes and the tokenizer
    /// has a readout; none in the paper.
    /// </summary>
    public required double NoteWeight { get; init; }

    /// <summary>
    /// How much of what the centres divide is about what, where they divide a readout: one number for each of
    /// <see cref="Melody.SemanticTokens.FrameFacts.Groups"/>.
    /// </summary>
    public IReadOnlyList<double> NoteShares { get; init; } = [0.24, 0.12, 0.12, 0.04, 0.26, 0.18, 0.04];

    /// <summary>Tokens' worth of music that the centres are fitted to.</summary>
    public required int CentreFrames { get; init; }

    /// <summary>Passes of k-means, at most.</summary>
    public int CentrePasses { get; init; } = 30;
}
