using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Training.Adversarial;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Losses;
using Melody.Training.Optimization;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains a <see cref="MagnitudeAutoencoder"/>: a regression on spectrograms, without a transform of its output. The
/// decoder hears the mapped sample of the posterior with a little noise. The decoder can be trained alone, with discriminators,
/// behind an encoder that stays as it is.
/// </summary>
internal sealed class MagnitudeAutoencoderStage : TrainingStage<float[]>
{
    private const double DecibelsPerNeper = MagnitudeAutoencoder.DecibelsPerNeper;
    private const int ValidationBatches = 4;
    private const long NormalizationSeed = 7;
    private const int NormalizationBatches = 24;
    private const double LinearStereoWeight = 1.5;

    private readonly MagnitudeAutoencoder _network;
    private readonly MagnitudeAutoencoderTrainingOptions _options;
    private readonly MagnitudeLoss _loss;
    private readonly IStereoCollection _validation;
    private readonly TrainedSet _set;
    private readonly MagnitudeAdversary? _adversary;

    /// <param name="network">The network to train.</param>
    /// <param name="options">Batch, weights, optimiser.</param>
    /// <param name="training">Pieces to learn from.</param>
    /// <param name="validation">Held-out pieces.</param>
    /// <param name="seed">Seed of the batches.</param>
    public MagnitudeAutoencoderStage(
        MagnitudeAutoencoder network,
        MagnitudeAutoencoderTrainingOptions options,
        IStereoCollection training,
        IStereoCollection validation,
        long seed
    )
    {
        (_network, _options, _validation) = (network, options, validation);
        _adversary = options is MagnitudeDecoderTrainingOptions withDiscriminators ? new(network, withDiscriminators, seed) : null;
        _loss = new(network.Config);
        Batches = new StereoSegments(training, options.Batch, SamplesWithMargins(options.SegmentFrames), seed);
        _set = new(
            _adversary is null ? "magnitude-autoencoder" : "magnitude-decoder", // as checkpoints name the set
            [_adversary is null ? network : network.Decoder],
            new()
            {
                LearningRate = options.LearningRate,
                Beta1 = 0.9,
                Beta2 = 0.99,
                WeightDecay = options.WeightDecay,
                EmaDecay = options.EmaDecay,
                WarmUpSteps = options.WarmUpSteps,
            }
        );
        Buffers = new Dictionary<string, Tensor>
        {
            ["mean"] = network.Mean,
            ["deviation"] = network.Deviation,
            ["scale"] = network.Encoder.Scale,
        };
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => _options.Batch * _options.SegmentFrames / _network.LatentRate;

    /// <inheritdoc/>
    public override double FlopsPerBatch =>
        MultiplyAdds.TrainingFlops * _options.Batch * MultiplyAdds.MagnitudeAutoencoder(_network, _options.SegmentFrames);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets => _adversary is null ? [_set] : [_set, _adversary.Set];

    /// <inheritdoc/>
    public override IBatchSource<float[]> Batches { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Buffers { get; }

    private Device Device => _network.Mean.device;

    /// <summary>Gives the network the mean and the deviation of the corpus' log-magnitudes; once, before the first step.</summary>
    public void Normalize(IStereoCollection training)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var segments = new StereoSegments(training, _options.Batch, SamplesWithMargins(_options.SegmentFrames), NormalizationSeed);
        var sum = zeros(_network.Config.Bins, ScalarType.Float64);
        var squares = zeros(_network.Config.Bins, ScalarType.Float64);
        for (int i = 0; i < NormalizationBatches; i++)
        {
            using var inner = NewDisposeScope();
            var logs = _network.Spectrogram.AnalyzeWithin(Audio(segments.Create(i), _options.SegmentFrames)).LogMagnitude.cpu();
            sum.add_(logs.mean([0L, 1L]).to_type(ScalarType.Float64));
            squares.add_(logs.square().mean([0L, 1L]).to_type(ScalarType.Float64));
        }
        var mean = sum / NormalizationBatches;
        _network.Mean.copy_(mean);
        _network.Deviation.copy_((squares / NormalizationBatches - mean.square()).clamp_min(0.01).sqrt());
    }

    /// <summary>Gives the network the best linear map for the corpus, in closed form; once, after <see cref="Normalize"/>.</summary>
    public void BeginLinear(IStereoCollection training, long seed)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var segments = new StereoSegments(training, _options.Batch, SamplesWithMargins(_options.SegmentFrames), NormalizationSeed);
        var fitting = new LinearFitting(_network, _loss.BinWeights, LinearStereoWeight);
        long frames = 0;
        for (int i = 0; frames < _options.LinearFrames; i++, frames += _options.Batch * _options.SegmentFrames)
        {
            using var inner = NewDisposeScope();
            fitting.Add(_network.Spectrogram.AnalyzeWithin(Audio(segments.Create(i), _options.SegmentFrames)));
        }
        fitting.Finish(seed);
    }

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, float[] batch, StepContext context, Figures figures)
    {
        if (set != _set)
            return _adversary!.DiscriminatorLoss(context);
        SpectralFeatures target;
        using (no_grad())
            target = _network.Spectrogram.AnalyzeWithin(Audio(batch, _options.SegmentFrames));
        var (latents, divergence) = Encode(target, context);
        var noise = context.Ranks.Uniform(empty([latents.shape[0], 1, 1], ScalarType.Float32, Device)) * _options.LatentNoise;
        var predicted = _network.Decode(latents + noise * context.Ranks.Normal(latents));
        var terms = _loss.Compare(predicted, target);
        figures.Show("magnitude, dB", terms.Magnitude * DecibelsPerNeper);
        figures.Show("mel, dB", terms.Mel * DecibelsPerNeper);
        figures.Show("divergence", divergence);
        var loss =
            terms.Magnitude
            + _options.MelWeight * terms.Mel
            + _options.SpreadWeight * terms.Spread
            + _options.StereoWeight * (terms.Balance + terms.Correlation);
        return _adversary is null
            ? loss + _options.KullbackLeiblerWeight * divergence
            : loss + _adversary.Loss(predicted, target, context, figures);
    }

    // the mapped sample of the posterior, and its divergence
    private (Tensor Latents, Tensor Divergence) Encode(SpectralFeatures features, StepContext context)
    {
        using var encoderRests = _adversary is null ? null : no_grad();
        var (mean, logVariance) = _network.Encode(features);
        var latents = AudioAutoencoder.MapToLatents(AudioAutoencoder.Sample(mean, logVariance, context.Ranks.Normal(mean)));
        return (latents, KullbackLeibler.ToStandardNormal(mean, logVariance));
    }

    /// <summary>
    /// Distances on fixed held-out segments from the posterior's mean, and how far latents move while a chord stands still.
    /// </summary>
    public override Figures Validate(long step, string folder)
    {
        int frames = 2 * _options.SegmentFrames;
        var segments = new StereoSegments(_validation, _options.Batch, SamplesWithMargins(frames), BatchRandom.ValidationSeed);
        var sums = new Dictionary<string, double>();
        void Add(string name, Tensor value, double factor = 1) =>
            sums[name] = sums.GetValueOrDefault(name) + value.item<float>() * factor / ValidationBatches;
        for (int i = 0; i < ValidationBatches; i++)
        {
            using var scope = NewDisposeScope();
            var target = _network.Spectrogram.AnalyzeWithin(Audio(segments.Create(i), frames));
            var latents = AudioAutoencoder.MapToLatents(_network.Encode(target).Mean);
            var terms = _loss.Compare(_network.Decode(latents), target);
            Add("magnitude, dB", terms.Magnitude, DecibelsPerNeper);
            Add("mel, dB", terms.Mel, DecibelsPerNeper);
            Add("mel bias, dB", terms.MelBias, DecibelsPerNeper);
            Add("spread", terms.Spread);
            Add("balance", terms.Balance);
            Add("correlation", terms.Correlation);
            Add("latent deviation", latents.std());
            Add("latent movement", LatentMovement.Of(latents));
        }
        var figures = new Figures();
        foreach (var (name, value) in sums)
            figures[name] = value;
        figures["steady chord, share of movement"] = LatentMovement.InSteadyChord(_network) / sums["latent movement"];
        return figures;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _adversary?.Dispose();
        base.Dispose();
    }

    private int SamplesWithMargins(int latentFrames) => latentFrames * _network.Config.SamplesPerLatent + 2 * _network.Spectrogram.Margin;

    private Tensor Audio(float[] batch, int latentFrames)
    {
        int samples = SamplesWithMargins(latentFrames);
        return tensor(batch, [batch.Length / 2 / samples, 2, samples]).to(Device);
    }
}
