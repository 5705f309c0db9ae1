using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch, loss weights and optimiser of a magnitude autoencoder's training.</summary>
internal record MagnitudeAutoencoderTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Segments in a batch.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Latent frames in a segment.</summary>
    [Size(1, 1e5)]
    public required int SegmentFrames { get; init; }

    /// <summary>Latent frames of music that the linear map is fitted to, which training begins with; 0: none.</summary>
    [Size(0, 1e8)]
    public int LinearFrames { get; init; } = 40_000;

    /// <summary>Learning rate after the warm-up.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Steps over which the learning rate rises.</summary>
    [Size(0, 1e9)]
    public long WarmUpSteps { get; init; } = 100;

    /// <summary>Decoupled weight decay.</summary>
    [Size(0, 10)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decay of the running average of the weights, which is what is kept.</summary>
    [Size(0, 0.9999999)]
    public double EmaDecay { get; init; } = 0.998;

    /// <summary>Weight of the energies of mel bands beside the log-magnitudes of bins, whose weight is 1.</summary>
    [Size(0, 1e6)]
    public double MelWeight { get; init; } = 0.5;

    /// <summary>Weight of the likelihood of the spread.</summary>
    [Size(0, 1e6)]
    public double SpreadWeight { get; init; } = 0.2;

    /// <summary>Weight of balance and correlation.</summary>
    [Size(0, 1e6)]
    public double StereoWeight { get; init; } = 0.2;

    /// <summary>Weight of the divergence of the latents from a standard normal distribution.</summary>
    [Size(0, 1e6)]
    public double KullbackLeiblerWeight { get; init; } = 0.003;

    /// <summary>
    /// Largest standard deviation of noise on the mapped latents that the decoder hears, drawn evenly from 0 for each
    /// example: a denoiser's latents are never clean.
    /// </summary>
    [Size(0, 10)]
    public double LatentNoise { get; init; } = 0.05;
}
