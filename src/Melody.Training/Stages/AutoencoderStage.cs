using Melody.Audio;
using Melody.Autoencoder;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Training.Adversarial;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Losses;
using Melody.Training.Optimization;
using Melody.Training.Ranks;
using Melody.Training.Setup;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains the audio VAE-GAN (paper, audio VAE-GAN; loss 50 L_stft + 20 L_fm + L_gan + 0.005 L_kl): reconstruction alone
/// first, then with multi-period and multi-resolution spectrogram discriminators. What the decoder hears is the mapped
/// sample clip(z / 3), as in generation. The decoder can be trained alone, behind an encoder that stays as it is.
/// </summary>
internal sealed class AutoencoderStage : TrainingStage<float[]>
{
    private static readonly (int Fft, int Hop, int Window)[] UnivNetResolutions = [(1024, 120, 600), (2048, 240, 1200), (512, 50, 240)];

    private readonly AudioAutoencoder _autoencoder;
    private readonly AutoencoderTrainingOptions _options;
    private readonly DiscriminatorEnsemble _discriminators;
    private readonly MultiResolutionStftLoss _stft;
    private readonly IAudioCollection _validation;
    private readonly bool _decoderOnly;
    private readonly MelLoss _mel;
    private readonly SemanticLoss? _semantic;
    private Tensor? _audio,
        _rebuilt;

    /// <param name="autoencoder">The network to train.</param>
    /// <param name="options">Batch, weights, discriminators.</param>
    /// <param name="training">Pieces to learn from.</param>
    /// <param name="validation">Held-out pieces.</param>
    /// <param name="seed">Seed of the batches and of the discriminators.</param>
    /// <param name="decoderOnly">Whether the encoder stays as it is.</param>
    /// <param name="tokenizer">What hears the sound beside the spectral losses, where the options ask for it.</param>
    public AutoencoderStage(
        AudioAutoencoder autoencoder,
        AutoencoderTrainingOptions options,
        IAudioCollection training,
        IAudioCollection validation,
        long seed,
        bool decoderOnly = false,
        SemanticTokenizer? tokenizer = null
    )
    {
        (_autoencoder, _options, _validation, _decoderOnly) = (autoencoder, options, validation, decoderOnly);
        _discriminators = NewNetwork.Create(seed, autoencoder.parameters().First().device, parameters =>
            CreateDiscriminators(options, parameters)
        );
        if (options.SemanticWeight > 0)
            _semantic = new(tokenizer ?? throw new ArgumentNullException(nameof(tokenizer), "semanticWeight asks for a tokenizer"));
        _mel = new(autoencoder.SampleRate);
        _stft = options.PaperResolutions ? MultiResolutionStftLoss.Paper() : MultiResolutionStftLoss.Compact();
        Batches = new AudioSegments(training, options.Batch, options.SegmentSamples, seed);
        var optimizer = new OptimizerOptions
        {
            LearningRate = options.LearningRate,
            Beta1 = 0.8,
            Beta2 = 0.99,
            WeightDecay = 1e-3,
            EmaDecay = 0.999,
        };
        // as checkpoints name the set
        Generator = new(decoderOnly ? "decoder" : "autoencoder", [decoderOnly ? autoencoder.Decoder : autoencoder], optimizer);
        Discriminators = new("discriminators", [_discriminators], optimizer with { ClipNorm = 10, EmaDecay = 0 });
        Sets = options.ReconstructionSteps == long.MaxValue ? [Generator] : [Generator, Discriminators];
    }

    /// <summary>The multi-period and multi-resolution discriminators that options ask for.</summary>
    public static DiscriminatorEnsemble CreateDiscriminators(AutoencoderTrainingOptions options, ParameterFactory parameters) =>
        new([
            .. options.Periods.Select(period => new PeriodDiscriminator(period, options.PeriodChannels, parameters)),
            .. UnivNetResolutions.Select(r => new SpectrogramDiscriminator(
                new Stft(r.Fft, r.Hop, r.Window),
                options.SpectrogramChannels,
                parameters
            )),
        ]);

    private TrainedSet Generator { get; }

    private TrainedSet Discriminators { get; }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => (double)_options.Batch * _options.SegmentSamples / _autoencoder.SampleRate;

    /// <summary>Of the reconstruction alone, without the discriminators.</summary>
    public override double FlopsPerBatch =>
        MultiplyAdds.TrainingFlops * _options.Batch * MultiplyAdds.Autoencoder(_autoencoder, _options.SegmentSamples);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<float[]> Batches { get; }

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, float[] batch, StepContext context, Figures figures)
    {
        bool adversarial = context.Step >= _options.ReconstructionSteps;
        if (set == Generator)
            return GeneratorLoss(batch, adversarial, context.Ranks, figures);
        if (!adversarial)
            return null;
        return AdversarialLoss.Discriminator(_discriminators.Judge(_audio!), _discriminators.Judge(_rebuilt!.detach()));
    }

    private Tensor GeneratorLoss(float[] batch, bool adversarial, RankGroup ranks, Figures figures)
    {
        _audio = tensor(batch, dimensions: [batch.Length / _options.SegmentSamples, _options.SegmentSamples])
            .to(_autoencoder.parameters().First().device);
        var (latents, divergence) = Encode(_audio, ranks);
        var terms = new LossTerms(figures);
        var (rebuilt, heard) = Rebuild(latents, terms, ranks);
        _rebuilt = rebuilt;

        var spectral = _stft.Compare(_rebuilt, _audio);
        terms.Add("log magnitude", _options.LogMagnitudeWeight, spectral.LogMagnitude);
        terms.Add("convergence", _options.ConvergenceWeight, spectral.Convergence);
        terms.Add("divergence", _options.KullbackLeiblerWeight, divergence);
        terms.Add("magnitude", _options.MagnitudeWeight, () => spectral.Magnitude);
        terms.Add("waveform", _options.WaveformWeight, () => WaveformError.Between(_rebuilt, _audio));
        terms.Add("mel", _options.MelWeight, () => _mel.Compare(heard, _audio));
        terms.Add("semantic", _options.SemanticWeight, () => _semantic!.Compare(heard, _audio));
        if (!adversarial)
            return terms.Sum;

        IReadOnlyList<IReadOnlyList<Tensor>> real;
        using (no_grad())
            real = _discriminators.Judge(_audio);
        var generated = _discriminators.Judge(_rebuilt);
        terms.Add("adversarial", _options.AdversarialWeight, AdversarialLoss.Generator(generated));
        terms.Add("feature matching", _options.FeatureMatchingWeight, AdversarialLoss.FeatureMatching(real, generated));
        return terms.Sum;
    }

    private (Tensor Latents, Tensor Divergence) Encode(Tensor audio, RankGroup ranks)
    {
        using var encoderRests = _decoderOnly ? no_grad() : null;
        var (mean, logVariance) = _autoencoder.Encode(audio);
        var latents = AudioAutoencoder.MapToLatents(AudioAutoencoder.Sample(mean, logVariance, ranks.Normal(mean)));
        return (latents, KullbackLeibler.ToStandardNormal(mean, logVariance));
    }

    // the sound, and as generation makes it; adds the loss of the light decoder's frames, which are predicted from the true ones before
    private (Tensor Audio, Tensor Heard) Rebuild(Tensor latents, LossTerms terms, RankGroup ranks)
    {
        if (_autoencoder.Decoder is not SpectralDecoder decoder)
        {
            var audio = _autoencoder.Decode(latents).narrow(1, 0, _options.SegmentSamples);
            return (audio, audio);
        }
        var spectra = decoder.Analyze(Padded(_audio!));
        var forecast = decoder.Forecast(latents, spectra);
        var frames = SpectralForecastLoss.Compare(forecast, spectra);
        terms.Add("frame magnitude", _options.FrameMagnitudeWeight, frames.Magnitude);
        terms.Add("frame phase", _options.FramePhaseWeight, frames.Phase);
        bool listened = _options.MelWeight > 0 || _semantic is not null;
        var heard = listened ? decoder.Hear(forecast, ranks.Uniform(forecast.Real)) : forecast.Audio;
        return (forecast.Audio.narrow(1, 0, _options.SegmentSamples), heard.narrow(1, 0, _options.SegmentSamples));
    }

    private Tensor Padded(Tensor audio) =>
        nn.functional.pad(audio, [0, _autoencoder.FramesOf(audio.shape[1]) * _autoencoder.HopLength - audio.shape[1]]);

    /// <summary>
    /// Distances on fixed held-out segments, decoded from the posterior's mean, and one of them as a pair of sound files.
    /// </summary>
    public override Figures Validate(long step, string folder)
    {
        const int batches = 4;
        var segments = new AudioSegments(_validation, _options.Batch, 2 * _options.SegmentSamples, BatchRandom.ValidationSeed);
        double log = 0,
            mel = 0,
            convergence = 0,
            phase = 0,
            deviation = 0;
        for (int i = 0; i < batches; i++)
        {
            using var scope = NewDisposeScope();
            var audio = tensor(segments.Create(i), dimensions: [_options.Batch, 2 * _options.SegmentSamples])
                .to(_autoencoder.parameters().First().device);
            var latents = _autoencoder.EncodeLatents(audio);
            var rebuilt = _autoencoder.Decode(latents).narrow(1, 0, audio.shape[1]);
            var spectral = _stft.Compare(rebuilt, audio);
            mel += _mel.Compare(rebuilt, audio).item<float>() / batches;
            log += spectral.LogMagnitude.item<float>() / batches;
            convergence += spectral.Convergence.item<float>() / batches;
            if (_autoencoder.Decoder is SpectralDecoder decoder)
            {
                var spectra = decoder.Analyze(Padded(audio));
                phase += SpectralForecastLoss.Compare(decoder.Forecast(latents, spectra), spectra).Phase.item<float>() / batches;
            }
            deviation += latents.std().item<float>() / batches;
            if (i > 0)
                continue;
            Write(audio, Path.Combine(folder, "original.wav"));
            Write(rebuilt, Path.Combine(folder, $"rebuilt-{step}.wav"));
        }
        return new()
        {
            ["log magnitude"] = log,
            ["mel"] = mel,
            ["convergence"] = convergence,
            ["frame phase"] = phase,
            ["latent deviation"] = deviation,
        };
    }

    private void Write(Tensor audio, string path) =>
        new AudioClip(audio.reshape(-1).cpu().data<float>().ToArray(), _autoencoder.SampleRate, 1).Write(path);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _discriminators.Dispose();
        base.Dispose();
    }
}
