namespace Melody.Training.Stages;

/// <summary>Batch, loss weights and discriminators of the autoencoder's training.</summary>
internal sealed record AutoencoderTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Samples in a segment.</summary>
    public required int SegmentSamples { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Whether the STFT loss uses the paper's seven resolutions (otherwise five shorter ones).</summary>
    public required bool PaperResolutions { get; init; }

    /// <summary>Weight of the magnitude term; 50 in the paper.</summary>
    public required double MagnitudeWeight { get; init; }

    /// <summary>Weight of the log-magnitude term; none in the paper.</summary>
    public required double LogMagnitudeWeight { get; init; }

    /// <summary>Weight of the spectral-convergence term; none in the paper.</summary>
    public required double ConvergenceWeight { get; init; }

    /// <summary>Weight of the waveform term, which alone hears phase; none in the paper.</summary>
    public required double WaveformWeight { get; init; }

    /// <summary>Weight of the log-magnitudes of the light decoder's own frames; none in the paper, whose decoder has none.</summary>
    public double FrameMagnitudeWeight { get; init; }

    /// <summary>Weight of the phases that the light decoder predicts from frame to frame.</summary>
    public double FramePhaseWeight { get; init; }

    /// <summary>Weight of the mel bands of the sound as generation makes it; none in the paper.</summary>
    public double MelWeight { get; init; }

    /// <summary>Weight of what the model's semantic tokenizer hears in it, which has to be trained already; none in the paper.</summary>
    public double SemanticWeight { get; init; }

    /// <summary>Weight of the KL term; 0.005 in the paper.</summary>
    public required double KullbackLeiblerWeight { get; init; }

    /// <summary>Weight of the adversarial term; 1 in the paper.</summary>
    public required double AdversarialWeight { get; init; }

    /// <summary>Weight of feature matching; 20 in the paper.</summary>
    public required double FeatureMatchingWeight { get; init; }

    /// <summary>Steps with reconstruction terms only, before the discriminators join.</summary>
    public required long ReconstructionSteps { get; init; }

    /// <summary>Channels of the period discriminators' layers; 32, 128, 512, 1024, 1024 in the paper.</summary>
    public required IReadOnlyList<long> PeriodChannels { get; init; }

    /// <summary>Periods of the period discriminators.</summary>
    public required IReadOnlyList<long> Periods { get; init; }

    /// <summary>Channels of the spectrogram discriminators; 32 in the paper.</summary>
    public required long SpectrogramChannels { get; init; }
}
