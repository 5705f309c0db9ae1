using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.SemanticTokens;
using Melody.Training.SelfSupervised;

namespace Melody.Training.Speed;

/// <summary>
/// Multiplications with an addition in one forward pass of each network, for one example: matrix products, convolutions
/// and attention, not norms, activations or Fourier transforms. From the configurations alone.
/// </summary>
internal static class MultiplyAdds
{
    /// <summary>
    /// Floating-point operations of a training step for each of these: two in the forward pass and twice as many in the
    /// backward pass, which makes the gradients of inputs and of weights.
    /// </summary>
    public const double TrainingFlops = 6;

    private const double OuterKernel = 7;

    /// <summary>The autoencoder, there and back.</summary>
    /// <param name="network">Either pair of encoder and decoder; the light one has a matrix entry's work once a latent frame.</param>
    /// <param name="samples">Length of the audio.</param>
    public static double Autoencoder(AudioAutoencoder network, long samples)
    {
        double frames = network.FramesOf(samples);
        return network.Config.HifiGan is { } sizes
            ? HifiGan(sizes, network.LatentChannels, frames * network.HopLength)
            : frames * network.parameters().Where(p => p.dim() > 1).Sum(p => (double)p.numel());
    }

    /// <summary>
    /// The magnitude autoencoder, there and back; its tail runs once a spectral frame, everything else once a latent frame.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="latentFrames">Length of the sound.</param>
    public static double MagnitudeAutoencoder(MagnitudeAutoencoder network, long latentFrames)
    {
        bool InTail(string name) =>
            new[] { "fine.", "magnitude.", "spread.", "stereo." }.Any(part => name.StartsWith("decoder." + part, StringComparison.Ordinal));
        return latentFrames
            * network
                .named_parameters()
                .Where(p => p.parameter.dim() > 1)
                .Sum(p => (double)p.parameter.numel() * (InTail(p.name) ? network.Config.FramesPerLatent : 1));
    }

    /// <summary>The audio tower of the joint embedding; the text tower's work depends on the texts and is small beside it.</summary>
    public static double AudioTower(JointEmbeddingConfig config)
    {
        var audio = config.Audio;
        double width = audio.Transformer.Width,
            patches = audio.Grid.Bands * audio.Grid.Frames,
            tokens = patches + (audio.DistillationToken ? 2 : 1);
        double layer = tokens * (4 * width * width + 2 * width * audio.Transformer.FeedForward) + 2 * tokens * tokens * width;
        return patches * audio.PatchBands * audio.PatchFrames * width + audio.Transformer.Layers * layer + width * config.EmbeddingWidth;
    }

    /// <summary>
    /// The trunk of the semantic tokenizer and, of its objective, the quantizer's scores; attention as if it saw everything, as it is
    /// computed.
    /// </summary>
    public static double Tokenizer(SemanticTokenizerConfig config, Wav2Vec2ObjectiveOptions objective, double frames)
    {
        double width = config.Width,
            features = 0,
            front = 0;
        if (config.Waveform is { } waveform)
        {
            double length = frames * config.Hop;
            for (int i = 0; i < waveform.Kernels.Count; i++)
                front += (length /= waveform.Strides[i]) * waveform.Kernels[i] * waveform.Channels * (i == 0 ? 1 : waveform.Channels);
            features = waveform.Channels;
        }
        else if (config.Mel is { } mel)
            features = (double)mel.Bands * config.Hop / mel.Hop;
        double positional = config.PositionalKernel * width * width / config.PositionalGroups;
        double block = 7 * width * width + 4 * width * config.FeedForward + config.Kernel * width + 2 * frames * width;
        double quantizer = features * objective.Codebooks * objective.Entries;
        return front + frames * (features * width + positional + config.Layers * block + quantizer);
    }

    /// <summary>The semantic language model.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="outputs">Tokens that it can say.</param>
    /// <param name="positions">Conditions and tokens.</param>
    public static double LanguageModel(SemanticLanguageModelConfig config, double outputs, double positions)
    {
        double width = config.Width;
        var books = config.Sizes();
        double later = (books.Total - books[0]) * width + (books.Count - 1) * 3 * width * config.FrameFeedForward;
        return positions
            * (config.Layers * (4 * width * width + 3 * width * config.FeedForward + 2 * positions * width) + outputs * width + later);
    }

    /// <summary>The dual-path denoiser, with its condition.</summary>
    public static double Denoiser(DenoiserConfig config)
    {
        double width = config.HiddenWidth,
            square = width * width,
            frames = config.Frames;
        double tokens = frames * config.TokenRate / config.LatentRate;
        double segments = Segmentation.Count(config.Frames, config.SegmentLength),
            cells = segments * config.SegmentLength;
        double sum =
            frames * (config.AngleWidth * width + square)
            + tokens * (config.TokenWidth * width + square)
            + 2 * frames * config.LatentChannels * width;
        if (config.ForecastTokens > 0)
            sum += frames * config.LatentChannels * (config.ForecastTokens * config.TokenWidth + width);
        for (int block = 0; block < config.Blocks; block++)
        {
            double merged = cells / SegmentMerging.Factor(block, config.Blocks);
            double layer =
                merged * (6 * square + 2 * width * config.FeedForwardWidth)
                + tokens * 2 * square
                + 2 * merged * (segments + tokens) * width;
            sum += config.CoarseLayers * layer + (config.CoarseProjections ? 2 * merged * square : 0);
            sum += cells * FinePath(config) + segments * 2 * config.FilmLayers * square;
        }
        return sum;
    }

    /// <summary>The denoiser's fine path for one column of one segment: SRU, the map behind it, FiLM's last perceptron.</summary>
    public static double FinePath(DenoiserConfig config)
    {
        double width = config.HiddenWidth,
            both = 2.0 * config.SruWidth,
            sum = 0;
        for (int layer = 0; layer < config.SruLayers; layer++)
        {
            double inputs = layer == 0 ? width : both;
            sum += (inputs == both ? 3 : 4) * both * inputs;
        }
        return sum + (both == width ? 0 : both * width) + config.FilmLayers * width * width;
    }

    /// <summary>HiFi-GAN's decoder for one latent frame; a transposed convolution spends its whole kernel on every input sample.</summary>
    public static double HifiGanDecoderFrame(HifiGanConfig sizes, int latentChannels)
    {
        double channels = sizes.UpChannels[0],
            sum = latentChannels * channels * OuterKernel,
            length = 1;
        for (int stage = 0; stage < sizes.UpRates.Count; stage++)
        {
            sum += length * sizes.UpKernels[stage] * channels * sizes.UpChannels[stage];
            length *= sizes.UpRates[stage];
            sum += Stack(sizes, channels = sizes.UpChannels[stage], length, convolutions: 1);
        }
        return sum + length * channels * OuterKernel;
    }

    private static double HifiGan(HifiGanConfig sizes, int latentChannels, double samples)
    {
        double length = samples,
            channels = Math.Max(1, sizes.DownChannels[0] / 2),
            sum = length * OuterKernel * channels;
        for (int i = 0; i < sizes.DownRates.Count; i++)
        {
            length /= sizes.DownRates[i];
            sum +=
                length * sizes.DownKernels[i] * channels * sizes.DownChannels[i]
                + Stack(sizes, channels = sizes.DownChannels[i], length, convolutions: 2);
        }
        return sum + length * OuterKernel * channels * 2 * latentChannels + length * HifiGanDecoderFrame(sizes, latentChannels);
    }

    private static double Stack(HifiGanConfig sizes, double channels, double length, int convolutions) =>
        length * channels * channels * sizes.BlockKernels.Sum() * sizes.BlockDilations.Count * convolutions;
}
