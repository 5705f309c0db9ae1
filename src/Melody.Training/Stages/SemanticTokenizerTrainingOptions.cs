using Melody.SemanticTokens;
using Melody.Training.SelfSupervised;
using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch, objectives and clustering of the semantic tokenizer's training.</summary>
internal sealed record SemanticTokenizerTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Tokens in a segment, 25 a second.</summary>
    [Size(1, 1e5)]
    public required int SegmentFrames { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Steps of the warm-up.</summary>
    [Size(0, 1e9)]
    public required long WarmUpSteps { get; init; }

    /// <summary>Decay of the moving average of the parameters.</summary>
    [Size(0, 0.9999999)]
    public required double EmaDecay { get; init; }

    /// <summary>The wav2vec 2.0 objective.</summary>
    public Wav2Vec2ObjectiveOptions Objective { get; init; } = new();

    /// <summary>Weight of the objective; 1 in the paper, 0 where the score alone teaches.</summary>
    [Size(0, 1e6)]
    public double ContrastiveWeight { get; init; } = 1;

    /// <summary>
    /// Weight of telling chroma, onsets, beats and instruments from the tapped layer, where the corpus knows its notes and the tokenizer
    /// has a readout; none in the paper.
    /// </summary>
    [Size(0, 1e6)]
    public required double NoteWeight { get; init; }

    /// <summary>
    /// How much of what the centres divide is about what, where they divide a readout: one number for each of
    /// <see cref="Melody.SemanticTokens.FrameFacts.Groups"/>.
    /// </summary>
    [Size(0, 1e6)]
    public IReadOnlyList<double> NoteShares { get; init; } = [0.24, 0.12, 0.12, 0.04, 0.26, 0.18, 0.04];

    /// <summary>Tokens' worth of music that the centres are fitted to.</summary>
    [Size(1, 1e9)]
    public required int CentreFrames { get; init; }

    /// <summary>Passes of k-means, at most.</summary>
    [Size(1, 1e4)]
    public int CentrePasses { get; init; } = 30;
}
