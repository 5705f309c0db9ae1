using Melody.Autoencoder.Magnitude;
using Melody.PhaseRetrieval;
using Melody.Training.Adversarial;
using Melody.Training.Loop;
using Melody.Training.Optimization;
using Melody.Training.Setup;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// The discriminators of a magnitude autoencoder's decoder: they see pictures of log-magnitudes, the predicted ones with the noise
/// that synthesis adds. Least squares, feature matching, and no step where they are far ahead.
/// </summary>
internal sealed class MagnitudeAdversary : IDisposable
{
    private static readonly int[] Shrinks = [1, 3];

    private readonly MagnitudeAutoencoder _network;
    private readonly MagnitudeDecoderTrainingOptions _options;
    private readonly LogMagnitudePicture _picture;
    private readonly NoisePicture _noise;
    private readonly DiscriminatorEnsemble _discriminators;
    private Tensor? _real,
        _generated;

    /// <param name="network">Whose decoder is trained.</param>
    /// <param name="options">Weights and sizes.</param>
    /// <param name="seed">Of the discriminators.</param>
    public MagnitudeAdversary(MagnitudeAutoencoder network, MagnitudeDecoderTrainingOptions options, long seed)
    {
        (_network, _options, _picture, _noise) = (network, options, new(network.Config), new(network.Config, new()));
        _discriminators = NewNetwork.Create(seed, network.Mean.device, parameters => new DiscriminatorEnsemble(
            Shrinks.Select(shrink => new PictureDiscriminator(shrink, options.DiscriminatorChannels, parameters))
        ));
        Set = new(
            "discriminators",
            [_discriminators],
            new()
            {
                LearningRate = options.DiscriminatorRate,
                Beta1 = 0.8,
                Beta2 = 0.99,
                WeightDecay = 1e-3,
                ClipNorm = 10,
                WarmUpSteps = options.WarmUpSteps,
            }
        );
    }

    /// <summary>What is trained beside the decoder.</summary>
    public TrainedSet Set { get; }

    /// <summary>What the decoder is to do better, with weights.</summary>
    public Tensor Loss(PredictedFeatures predicted, SpectralFeatures target, StepContext context, Figures figures)
    {
        IReadOnlyList<IReadOnlyList<Tensor>> real;
        using (no_grad())
        {
            _real = _picture.Of(target.LogMagnitude, _network);
            real = _discriminators.Judge(_real);
        }
        _generated = _picture.Of(_noise.Of(predicted, context.Ranks), _network);
        var generated = _discriminators.Judge(_generated);
        var adversarial = AdversarialLoss.Generator(generated);
        var matching = AdversarialLoss.FeatureMatching(real, generated);
        figures.Show("adversarial", adversarial);
        figures.Show("feature matching", matching);
        return _options.AdversarialWeight * adversarial + _options.FeatureMatchingWeight * matching;
    }

    /// <summary>
    /// What the discriminators are to do better on the pictures of the last <see cref="Loss"/>; null where they are far ahead.
    /// </summary>
    public Tensor? DiscriminatorLoss(StepContext context)
    {
        var loss = AdversarialLoss.Discriminator(_discriminators.Judge(_real!), _discriminators.Judge(_generated!.detach()));
        return context.Ranks.Mean(loss.detach()).item<float>() < _options.SkipBelow * Shrinks.Length ? null : loss;
    }

    /// <inheritdoc/>
    public void Dispose() => _discriminators.Dispose();
}
