namespace Melody.Training.Stages;

/// <summary>Batch, loss weights and optimiser of a magnitude autoencoder's training.</summary>
internal sealed record MagnitudeAutoencoderTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Latent frames in a segment.</summary>
    public required int SegmentFrames { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps over which the learning rate rises.</summary>
    public long WarmUpSteps { get; init; } = 100;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the running average of the weights, which is what is kept.</summary>
    public double EmaDecay { get; init; } = 0.998;

    /// <summary>Weight of the energies of mel bands beside the log-magnitudes of bins, whose weight is 1.</summary>
    public double MelWeight { get; init; } = 0.5;

    /// <summary>Weight of the likelihood of the spread.</summary>
    public double SpreadWeight { get; init; } = 0.2;

    /// <summary>Weight of balance and correlation.</summary>
    public double StereoWeight { get; init; } = 0.2;

    /// <summary>Weight of the divergence of the latents from a standard normal distribution.</summary>
    public double KullbackLeiblerWeight { get; init; } = 0.003;

    /// <summary>
    /// Largest standard deviation of noise on the mapped latents that the decoder hears, drawn evenly from 0 for each
    /// example: a denoiser's latents are never clean.
    /// </summary>
    public double LatentNoise { get; init; } = 0.05;
}
