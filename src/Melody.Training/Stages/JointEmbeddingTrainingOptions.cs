using Melody.Training.Augmentation;
using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch, optimiser and quantizer of the joint embedding's training.</summary>
internal sealed record JointEmbeddingTrainingOptions
{
    /// <summary>Steps of the contrastive training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Windows in a batch: each has all others as counterexamples.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Steps of the warm-up.</summary>
    [Size(0, 1e9)]
    public required long WarmUpSteps { get; init; }

    /// <summary>Decay of the moving average of the parameters.</summary>
    [Size(0, 0.9999999)]
    public required double EmaDecay { get; init; }

    /// <summary>Probability that a window is paired with its tags in place of a caption.</summary>
    [Size(0, 1)]
    public required double TagShare { get; init; }

    /// <summary>What is hidden from the audio tower.</summary>
    public SpecAugment Augmentation { get; init; } = new();

    /// <summary>
    /// Whether the quantizer of the model that the training starts from stays as it is, so that the parts that were trained
    /// on its tokens go on understanding them.
    /// </summary>
    public bool KeepQuantizer { get; init; }

    /// <summary>Vectors that the quantizer is fitted to.</summary>
    [Size(1, 1e9)]
    public required int QuantizerVectors { get; init; }

    /// <summary>
    /// Share of these that come from the text tower, at most 0.5, a text for each window; the others from the audio tower.
    /// </summary>
    [Size(0, 1)]
    public required double QuantizerTextShare { get; init; }

    /// <summary>Passes of k-means, at most, from which each codebook starts.</summary>
    [Size(1, 1e6)]
    public int QuantizerStart { get; init; } = 20;

    /// <summary>Passes over these vectors after the k-means start.</summary>
    [Size(1, 1e4)]
    public required int QuantizerPasses { get; init; }
}
