using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>The training of a magnitude autoencoder's decoder with discriminators, behind an encoder that stays as it is.</summary>
internal sealed record MagnitudeDecoderTrainingOptions : MagnitudeAutoencoderTrainingOptions
{
    /// <summary>Weight of what the discriminators say, beside the log-magnitudes of bins, whose weight is 1.</summary>
    [Size(0, 1e6)]
    public double AdversarialWeight { get; init; } = 0.05;

    /// <summary>Weight of the distance of their features.</summary>
    [Size(0, 1e6)]
    public double FeatureMatchingWeight { get; init; } = 0.1;

    /// <summary>Channels of their first layer.</summary>
    [Size(1, 4096)]
    public int DiscriminatorChannels { get; init; } = 8;

    /// <summary>Their learning rate.</summary>
    [Size(1e-12, 1)]
    public double DiscriminatorRate { get; init; } = 2e-4;

    /// <summary>They take no step where the loss of each is under this on average; one that knows nothing has 0.5.</summary>
    [Size(0, 10)]
    public double SkipBelow { get; init; } = 0.2;
}
