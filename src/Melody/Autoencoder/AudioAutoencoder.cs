using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// The audio VAE-GAN of MeLoDy (arXiv 2305.15719, section 4.2 and appendix): 24 kHz mono audio to slow, narrow latent
/// frames and back. A frame is a diagonal Gaussian whose sample or mean is mapped to clip(z / 3, -1, 1); the mapped
/// values are what the decoder hears in training and what the diffusion model makes.
/// </summary>
/// <remarks>
/// Two pairs of encoder and decoder share this face: the paper's HiFi-GAN, and a light pair around a short-time Fourier
/// transform that a CPU trains and runs quickly. Lengths are exact: a signal is padded on the right to whole hops, so
/// n samples make ceil(n / hop) frames, and those make frames * hop samples.
/// </remarks>
internal sealed class AudioAutoencoder : Network
{
    /// <summary>Name of the encoder, with which the names of its weights in a file begin.</summary>
    public const string EncoderName = "encoder";

    // the log-variance of a latent diffusion model's Gaussian (Rombach et al., 2022)
    private const double LowestLogVariance = -30,
        HighestLogVariance = 20;

    // less than 0.1 % of a standard normal variable lies beyond; 3 in the paper
    private const double LatentScale = 3;

    private AudioAutoencoder(AutoencoderConfig config, int hopLength, AudioEncoder encoder, AudioDecoder decoder)
        : base(nameof(AudioAutoencoder))
    {
        (Config, HopLength, Encoder, Decoder) = (config, hopLength, encoder, decoder);
        Add(EncoderName, encoder);
        Add("decoder", decoder);
    }

    /// <summary>The sizes that the network was made with.</summary>
    public AutoencoderConfig Config { get; }

    /// <summary>The analysis half.</summary>
    public AudioEncoder Encoder { get; }

    /// <summary>The synthesis half.</summary>
    public AudioDecoder Decoder { get; }

    /// <summary>Of the audio, Hz.</summary>
    public int SampleRate => Config.SampleRate;

    /// <summary>Samples in a latent frame.</summary>
    public int HopLength { get; }

    /// <summary>Values in a latent frame, D.</summary>
    public int LatentChannels => Config.LatentChannels;

    /// <summary>Latent frames in a second.</summary>
    public double LatentRate => (double)SampleRate / HopLength;

    /// <summary>Makes the network whose head the configuration chooses.</summary>
    /// <exception cref="MelodyException">The configuration contradicts itself.</exception>
    public static AudioAutoencoder Create(AutoencoderConfig config, ParameterFactory parameters)
    {
        Require(config.SampleRate > 0 && config.LatentChannels > 0, "sampleRate and latentChannels have to be positive");
        Require(config.HifiGan is null != config.InverseStft is null, "exactly one of hifiGan and inverseStft has to be given");
        return config.HifiGan is { } hifiGan
            ? CreateHifiGan(config, hifiGan, parameters)
            : CreateInverseStft(config, config.InverseStft!, parameters);
    }

    /// <summary>Audio [batch, samples] -> the Gaussian of each frame, float32 [batch, ceil(samples / hop), D].</summary>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor audio)
    {
        long missing = FramesOf(audio.shape[1]) * HopLength - audio.shape[1];
        if (missing > 0)
            audio = nn.functional.pad(audio, [0, missing]);
        var statistics = Encoder.forward(audio).chunk(2, -1);
        return (statistics[0], statistics[1].clamp(LowestLogVariance, HighestLogVariance));
    }

    /// <summary>Audio [batch, samples] -> the mapped means, float32 [batch, ceil(samples / hop), D] in [-1, 1].</summary>
    public Tensor EncodeLatents(Tensor audio) => MapToLatents(Encode(audio).Mean);

    /// <summary>mean + exp(log-variance / 2) * noise, all of one shape; not yet mapped.</summary>
    public static Tensor Sample(Tensor mean, Tensor logVariance, Tensor noise) => mean + (logVariance * 0.5).exp() * noise;

    /// <summary>clip(z / 3, -1, 1).</summary>
    public static Tensor MapToLatents(Tensor values) => (values / LatentScale).clamp(-1, 1);

    /// <summary>Latents [batch, frames, D] in [-1, 1] -> audio, float32 [batch, frames * hop].</summary>
    public Tensor Decode(Tensor latents) => Decoder.forward(latents);

    /// <summary>How many latent frames this many samples make.</summary>
    public long FramesOf(long samples) => (samples + HopLength - 1) / HopLength;

    private static AudioAutoencoder CreateHifiGan(AutoencoderConfig config, HifiGanConfig sizes, ParameterFactory parameters)
    {
        Require(
            SameLength(sizes.DownRates, sizes.DownKernels, sizes.DownChannels)
                && SameLength(sizes.UpRates, sizes.UpKernels, sizes.UpChannels),
            "rates, kernels and channels of hifiGan need one entry a stage"
        );
        Require(
            new[]
            {
                sizes.DownRates,
                sizes.DownKernels,
                sizes.DownChannels,
                sizes.UpRates,
                sizes.UpKernels,
                sizes.UpChannels,
                sizes.BlockKernels,
                sizes.BlockDilations,
            }.All(list => list.Count > 0 && list.All(n => n > 0)),
            "every list of hifiGan needs positive numbers"
        );
        Require(sizes.BlockKernels.All(k => k % 2 == 1), "blockKernels have to be odd");
        Require(
            KernelsCover(sizes.DownKernels, sizes.DownRates) && KernelsCover(sizes.UpKernels, sizes.UpRates),
            "a kernel may not be shorter than its rate"
        );
        int hop = sizes.DownRates.Aggregate((a, b) => a * b);
        Require(hop == sizes.UpRates.Aggregate((a, b) => a * b), "the products of downRates and of upRates have to be equal");
        return new(
            config,
            hop,
            new HifiGanEncoder(sizes, config.LatentChannels, parameters),
            new HifiGanDecoder(sizes, config.LatentChannels, parameters)
        );
    }

    private static AudioAutoencoder CreateInverseStft(AutoencoderConfig config, InverseStftConfig sizes, ParameterFactory parameters)
    {
        Require(
            sizes is { HopLength: > 0, Width: > 0, Expansion: > 0, EncoderLayers: >= 0, DecoderLayers: >= 0 },
            "the sizes of inverseStft have to be positive"
        );
        Require(sizes.Kernel > 0 && sizes.Kernel % 2 == 1, "kernel has to be odd");
        Require(
            sizes.FftSize >= 2 * sizes.HopLength
                && sizes.FftSize % sizes.HopLength == 0
                && (sizes.FftSize - sizes.HopLength) % 2 == 0
                && sizes.FftSize % 2 == 0,
            "fftSize has to be even and a multiple of hopLength, at least twice, and differ from it by an even number"
        );
        return new(
            config,
            sizes.HopLength,
            new SpectralEncoder(sizes, config.LatentChannels, parameters),
            new SpectralDecoder(sizes, config.LatentChannels, parameters)
        );
    }

    private static bool SameLength(params IReadOnlyList<int>[] lists) => lists.All(l => l.Count == lists[0].Count);

    private static bool KernelsCover(IReadOnlyList<int> kernels, IReadOnlyList<int> rates) =>
        kernels.Zip(rates).All(p => p.First >= p.Second);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new MelodyException($"The autoencoder's configuration cannot be used: {rule}.");
    }
}
