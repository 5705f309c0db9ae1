using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch, loss weights and discriminators of the autoencoder's training.</summary>
internal sealed record AutoencoderTrainingOptions : ISizes
{
    /// <summary>Steps of the whole training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Samples in a segment.</summary>
    [Size(1, 1e7)]
    public required int SegmentSamples { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Whether the STFT loss uses the paper's seven resolutions (otherwise five shorter ones).</summary>
    public required bool PaperResolutions { get; init; }

    /// <summary>Weight of the magnitude term; 50 in the paper.</summary>
    [Size(0, 1e6)]
    public required double MagnitudeWeight { get; init; }

    /// <summary>Weight of the log-magnitude term; none in the paper.</summary>
    [Size(0, 1e6)]
    public required double LogMagnitudeWeight { get; init; }

    /// <summary>Weight of the spectral-convergence term; none in the paper.</summary>
    [Size(0, 1e6)]
    public required double ConvergenceWeight { get; init; }

    /// <summary>Weight of the waveform term, which alone hears phase; none in the paper.</summary>
    [Size(0, 1e6)]
    public required double WaveformWeight { get; init; }

    /// <summary>Weight of the log-magnitudes of the light decoder's own frames; none in the paper, whose decoder has none.</summary>
    [Size(0, 1e6)]
    public double FrameMagnitudeWeight { get; init; }

    /// <summary>Weight of the phases that the light decoder predicts from frame to frame.</summary>
    [Size(0, 1e6)]
    public double FramePhaseWeight { get; init; }

    /// <summary>Weight of the mel bands of the sound as generation makes it; none in the paper.</summary>
    [Size(0, 1e6)]
    public double MelWeight { get; init; }

    /// <summary>Weight of what the model's semantic tokenizer hears in it, which has to be trained already; none in the paper.</summary>
    [Size(0, 1e6)]
    public double SemanticWeight { get; init; }

    /// <summary>Weight of the KL term; 0.005 in the paper.</summary>
    [Size(0, 1e6)]
    public required double KullbackLeiblerWeight { get; init; }

    /// <summary>Weight of the adversarial term; 1 in the paper.</summary>
    [Size(0, 1e6)]
    public required double AdversarialWeight { get; init; }

    /// <summary>Weight of feature matching; 20 in the paper.</summary>
    [Size(0, 1e6)]
    public required double FeatureMatchingWeight { get; init; }

    /// <summary>Steps with reconstruction terms only, before the discriminators join.</summary>
    [Size(0, 1e12)]
    public required long ReconstructionSteps { get; init; }

    /// <summary>Channels of the period discriminators' layers; 32, 128, 512, 1024, 1024 in the paper.</summary>
    [Size(1, 16384)]
    public required IReadOnlyList<long> PeriodChannels { get; init; }

    /// <summary>Periods of the period discriminators.</summary>
    [Size(1, 1024)]
    public required IReadOnlyList<long> Periods { get; init; }

    /// <summary>Channels of the spectrogram discriminators; 32 in the paper.</summary>
    [Size(1, 16384)]
    public required long SpectrogramChannels { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (PeriodChannels.Count >= 2, "periodChannels needs two numbers or more");
    }
}
