using Melody.Audio;
using Melody.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// An autoencoder of stereo sound whose latents know no phase: log-magnitudes and stereo figures of a short-time spectrum
/// go in and are predicted; phases are computed from them afterwards. It takes the place of the waveform VAE-GAN of the
/// paper (section 4.2) in small models: latents of a steady chord stand still, so that a denoiser can predict them.
/// </summary>
/// <remarks>
/// A latent frame is a diagonal Gaussian whose sample or mean is mapped to clip(z / 3, -1, 1), as in the paper. Spectra are
/// normalised bin by bin with the mean and the deviation of the corpus, which are stored with the weights.
/// </remarks>
internal sealed class MagnitudeAutoencoder : Network
{
    private const double LowestLogVariance = -12,
        HighestLogVariance = 4;

    /// <summary>20 / ln 10: log-magnitudes are nepers.</summary>
    public const double DecibelsPerNeper = 8.685889638065037;

    private readonly MagnitudeEncoder _encoder;
    private readonly MagnitudeDecoder _decoder;

    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <exception cref="MelodyException">A size is out of range.</exception>
    public MagnitudeAutoencoder(MagnitudeAutoencoderConfig config, ParameterFactory parameters)
        : base(nameof(MagnitudeAutoencoder))
    {
        Config = config.Checked();
        Spectrogram = new(config.SampleRate, config.FftSize, config.HopLength);
        _encoder = new(config, parameters);
        _decoder = new(config, parameters);
        Mean = parameters.Buffer(-7, config.Bins);
        Deviation = parameters.Buffer(2, config.Bins);
        Add("encoder", _encoder);
        Add("decoder", _decoder);
        AddBuffer("mean", Mean);
        AddBuffer("deviation", Deviation);
    }

    /// <summary>The sizes that the network was made with.</summary>
    public MagnitudeAutoencoderConfig Config { get; }

    /// <summary>Sound to features.</summary>
    public StereoSpectrogram Spectrogram { get; }

    /// <summary>The half that makes latents.</summary>
    public MagnitudeEncoder Encoder => _encoder;

    /// <summary>The half that makes features.</summary>
    public MagnitudeDecoder Decoder => _decoder;

    /// <summary>Mean of the log-magnitudes of the corpus, [bins].</summary>
    public Tensor Mean { get; }

    /// <summary>Standard deviation of the log-magnitudes of the corpus, [bins].</summary>
    public Tensor Deviation { get; }

    /// <summary>Latent frames in a second.</summary>
    public double LatentRate => (double)Config.SampleRate / Config.SamplesPerLatent;

    /// <summary>
    /// Features of a multiple of framesPerLatent frames -> mean and log-variance of each latent frame, float32
    /// [batch, frames / framesPerLatent, D]; not yet mapped.
    /// </summary>
    public (Tensor Mean, Tensor LogVariance) Encode(SpectralFeatures features)
    {
        var statistics = _encoder.forward(Input(features)).chunk(2, -1);
        return (statistics[0], statistics[1].clamp(LowestLogVariance, HighestLogVariance));
    }

    /// <summary>What the encoder's input says of features, [batch, frames, bins + 48]: normalised log-magnitudes, stereo figures.</summary>
    public Tensor Input(SpectralFeatures features)
    {
        var heard = Config.SideLobeMargin is { } margin ? SideLobes.Cover(features.LogMagnitude, margin) : features.LogMagnitude;
        return cat([(heard - Mean) / Deviation, features.Stereo], -1);
    }

    /// <summary>Sound [batch, 2, samples], samples a multiple of a latent frame's, -> mapped means [batch, frames, D] in [-1, 1].</summary>
    public Tensor EncodeLatents(Tensor audio) => AudioAutoencoder.MapToLatents(Encode(Spectrogram.Analyze(audio)).Mean);

    /// <summary>Latents [batch, latent frames, D] in [-1, 1] -> what they stand for.</summary>
    public PredictedFeatures Decode(Tensor latents)
    {
        var (magnitude, spread, stereo) = _decoder.forward(latents);
        var sides = stereo.chunk(2, -1);
        return new(new(magnitude * Deviation + Mean, sides[0], sides[1]), spread);
    }
}

/// <summary>What a decoder predicts.</summary>
/// <param name="Features">The features.</param>
/// <param name="LogSpread">
/// Natural log of the scale of a Laplace distribution around each log-magnitude, nepers, [batch, frames, bins]: small where
/// a tone stands, large in noise.
/// </param>
internal sealed record PredictedFeatures(SpectralFeatures Features, Tensor LogSpread);
