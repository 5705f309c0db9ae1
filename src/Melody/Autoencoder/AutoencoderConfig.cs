namespace Melody.Autoencoder;

/// <summary>
/// The sizes of an audio autoencoder. Exactly one of <see cref="HifiGan"/> and <see cref="InverseStft"/> is given: it
/// chooses the waveform head.
/// </summary>
internal sealed record AutoencoderConfig
{
    /// <summary>Of the audio, Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Values in a latent frame.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>The paper's convolutional encoder and decoder.</summary>
    public HifiGanConfig? HifiGan { get; init; }

    /// <summary>The light encoder and decoder that work on short-time spectra.</summary>
    public InverseStftConfig? InverseStft { get; init; }
}

/// <summary>
/// HiFi-GAN (Kong et al., 2020) as the paper sizes it; each list has one entry a stage, encoder stages in the order of
/// analysis and decoder stages in the order of synthesis.
/// </summary>
internal sealed record HifiGanConfig
{
    /// <summary>Strides of the encoder's stages; their product is the hop.</summary>
    public required IReadOnlyList<int> DownRates { get; init; }

    /// <summary>Kernels of the encoder's strided convolutions.</summary>
    public required IReadOnlyList<int> DownKernels { get; init; }

    /// <summary>Channels that leave each encoder stage.</summary>
    public required IReadOnlyList<int> DownChannels { get; init; }

    /// <summary>Strides of the decoder's stages; their product is the hop again.</summary>
    public required IReadOnlyList<int> UpRates { get; init; }

    /// <summary>Kernels of the decoder's transposed convolutions.</summary>
    public required IReadOnlyList<int> UpKernels { get; init; }

    /// <summary>Channels that leave each decoder stage.</summary>
    public required IReadOnlyList<int> UpChannels { get; init; }

    /// <summary>Kernels of the residual blocks that stand side by side in each stage.</summary>
    public required IReadOnlyList<int> BlockKernels { get; init; }

    /// <summary>Dilations, one after the other, in each residual block.</summary>
    public required IReadOnlyList<int> BlockDilations { get; init; }
}

/// <summary>ConvNeXt trunks between a short-time Fourier transform and its inverse (Vocos, arXiv 2306.00814).</summary>
internal sealed record InverseStftConfig
{
    /// <summary>Samples in a window; a multiple of the hop.</summary>
    public required int FftSize { get; init; }

    /// <summary>Samples from one latent frame to the next.</summary>
    public required int HopLength { get; init; }

    /// <summary>Channels of the trunks.</summary>
    public required int Width { get; init; }

    /// <summary>Width of a block's inner layer as a multiple of <see cref="Width"/>.</summary>
    public required int Expansion { get; init; }

    /// <summary>Frames that a block's depthwise convolution sees; odd.</summary>
    public required int Kernel { get; init; }

    /// <summary>Blocks in the encoder.</summary>
    public required int EncoderLayers { get; init; }

    /// <summary>Blocks in the decoder.</summary>
    public required int DecoderLayers { get; init; }
}
