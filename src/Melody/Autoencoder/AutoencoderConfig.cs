using Melody.Weights;

namespace Melody.Autoencoder;

/// <summary>
/// The sizes of an audio autoencoder. Exactly one of <see cref="HifiGan"/> and <see cref="InverseStft"/> is given: it
/// chooses the waveform head.
/// </summary>
internal sealed record AutoencoderConfig : ISoundSizes
{
    /// <summary>Of the audio, Hz.</summary>
    [Size(1000, 768000)]
    public required int SampleRate { get; init; }

    /// <summary>Values in a latent frame.</summary>
    [Size(1, 4096)]
    public required int LatentChannels { get; init; }

    /// <summary>The paper's convolutional encoder and decoder.</summary>
    public HifiGanConfig? HifiGan { get; init; }

    /// <summary>The light encoder and decoder that work on short-time spectra.</summary>
    public InverseStftConfig? InverseStft { get; init; }

    /// <inheritdoc/>
    public int SoundChannels => 1;

    /// <inheritdoc/>
    public int LatentHop => InverseStft?.HopLength ?? HifiGan?.UpRates.Aggregate(1, (a, b) => a * b) ?? 0;
}

/// <summary>
/// HiFi-GAN (Kong et al., 2020) as the paper sizes it; each list has one entry a stage, encoder stages in the order of
/// analysis and decoder stages in the order of synthesis.
/// </summary>
internal sealed record HifiGanConfig : ISizes
{
    private const int LongestHop = 1 << 20;

    /// <summary>Strides of the encoder's stages; their product is the hop.</summary>
    [Size(1, 256)]
    public required IReadOnlyList<int> DownRates { get; init; }

    /// <summary>Kernels of the encoder's strided convolutions.</summary>
    [Size(1, 1023)]
    public required IReadOnlyList<int> DownKernels { get; init; }

    /// <summary>Channels that leave each encoder stage.</summary>
    [Size(1, 16384)]
    public required IReadOnlyList<int> DownChannels { get; init; }

    /// <summary>Strides of the decoder's stages; their product is the hop again.</summary>
    [Size(1, 256)]
    public required IReadOnlyList<int> UpRates { get; init; }

    /// <summary>Kernels of the decoder's transposed convolutions.</summary>
    [Size(1, 1023)]
    public required IReadOnlyList<int> UpKernels { get; init; }

    /// <summary>Channels that leave each decoder stage.</summary>
    [Size(1, 16384)]
    public required IReadOnlyList<int> UpChannels { get; init; }

    /// <summary>Kernels of the residual blocks that stand side by side in each stage.</summary>
    [Size(1, 1023)]
    public required IReadOnlyList<int> BlockKernels { get; init; }

    /// <summary>Dilations, one after the other, in each residual block.</summary>
    [Size(1, 1023)]
    public required IReadOnlyList<int> BlockDilations { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (Hop(DownRates) <= LongestHop && Hop(UpRates) <= LongestHop, $"a latent frame has more than {LongestHop} samples");
    }

    private static double Hop(IReadOnlyList<int> rates) => rates.Aggregate(1.0, (product, rate) => product * rate);
}

/// <summary>ConvNeXt trunks between a short-time Fourier transform and its inverse (Vocos, arXiv 2306.00814).</summary>
internal sealed record InverseStftConfig
{
    /// <summary>Samples in a window; a multiple of the hop.</summary>
    [Size(2, 65536)]
    public required int FftSize { get; init; }

    /// <summary>Samples from one latent frame to the next.</summary>
    [Size(1, 32768)]
    public required int HopLength { get; init; }

    /// <summary>Channels of the trunks.</summary>
    [Size(1, 16384)]
    public required int Width { get; init; }

    /// <summary>Width of a block's inner layer as a multiple of <see cref="Width"/>.</summary>
    [Size(1, 64)]
    public required int Expansion { get; init; }

    /// <summary>Frames that a block's depthwise convolution sees; odd.</summary>
    [Size(1, 1023)]
    public required int Kernel { get; init; }

    /// <summary>Blocks in the encoder.</summary>
    [Size(0, 256)]
    public required int EncoderLayers { get; init; }

    /// <summary>Blocks in the decoder.</summary>
    [Size(0, 256)]
    public required int DecoderLayers { get; init; }
}
