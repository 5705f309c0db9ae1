using Melody.Weights;

namespace Melody.Autoencoder.Magnitude;

/// <summary>The sizes of a <see cref="MagnitudeAutoencoder"/>.</summary>
internal sealed record MagnitudeAutoencoderConfig : ISoundSizes
{
    /// <summary>Of the audio, Hz.</summary>
    [Size(8000, 192000)]
    public required int SampleRate { get; init; }

    /// <summary>Samples in a window of the transform.</summary>
    [Size(16, 65536)]
    public required int FftSize { get; init; }

    /// <summary>Samples from one spectral frame to the next.</summary>
    [Size(1, 32768)]
    public required int HopLength { get; init; }

    /// <summary>Spectral frames that one latent frame stands for.</summary>
    [Size(1, 64)]
    public required int FramesPerLatent { get; init; }

    /// <summary>Values in a latent frame.</summary>
    [Size(1, 4096)]
    public required int LatentChannels { get; init; }

    /// <summary>Channels of the trunks, which run at the latent rate.</summary>
    [Size(1, 16384)]
    public required int Width { get; init; }

    /// <summary>Width of a block's inner layer as a multiple of its channels.</summary>
    [Size(1, 16)]
    public required int Expansion { get; init; }

    /// <summary>Frames that a block's depthwise convolution sees; odd.</summary>
    [Size(1, 255)]
    public required int Kernel { get; init; }

    /// <summary>Blocks in the encoder.</summary>
    [Size(0, 256)]
    public required int EncoderLayers { get; init; }

    /// <summary>Blocks in the decoder's trunk.</summary>
    [Size(0, 256)]
    public required int DecoderLayers { get; init; }

    /// <summary>Channels of the decoder's tail, which runs at the rate of spectral frames.</summary>
    [Size(1, 16384)]
    public required int FineWidth { get; init; }

    /// <summary>Blocks in the decoder's tail.</summary>
    [Size(0, 256)]
    public required int FineLayers { get; init; }

    /// <summary>
    /// How far above the side lobes of the bins around it, dB, the encoder hears a bin at least (<see cref="SideLobes"/>); null: as it
    /// is.
    /// </summary>
    [Size(-40, 40)]
    public double? SideLobeMargin { get; init; }

    /// <inheritdoc/>
    public int SoundChannels => 2;

    /// <inheritdoc/>
    public int LatentHop => SamplesPerLatent;

    /// <summary>Samples in a latent frame.</summary>
    public int SamplesPerLatent => HopLength * FramesPerLatent;

    /// <summary>Frequencies of a spectral frame.</summary>
    public int Bins => FftSize / 2 + 1;

    /// <summary>This, when a network can be made of it.</summary>
    /// <exception cref="MelodyException">A size is out of range.</exception>
    public MagnitudeAutoencoderConfig Checked()
    {
        Require(SampleRate is >= 8_000 and <= 192_000, "sampleRate must be 8000 to 192000");
        Require(FftSize is >= 16 and <= 65_536 && FftSize % 2 == 0, "fftSize must be even and 16 to 65536");
        Require(HopLength >= 1 && HopLength <= FftSize / 2, "hopLength must be at least 1 and at most half of fftSize");
        Require((FftSize - HopLength) % 2 == 0, "fftSize minus hopLength must be even");
        Require(FramesPerLatent is >= 1 and <= 64, "framesPerLatent must be 1 to 64");
        Require(LatentChannels is >= 1 and <= 4096, "latentChannels must be 1 to 4096");
        Require(Width is >= 1 and <= 16_384 && FineWidth is >= 1 and <= 16_384, "width and fineWidth must be 1 to 16384");
        Require(Expansion is >= 1 and <= 16, "expansion must be 1 to 16");
        Require(Kernel is >= 1 and <= 255 && Kernel % 2 == 1, "kernel must be odd and 1 to 255");
        Require(
            EncoderLayers is >= 0 and <= 256 && DecoderLayers is >= 0 and <= 256 && FineLayers is >= 0 and <= 256,
            "encoderLayers, decoderLayers and fineLayers must be 0 to 256"
        );
        Require(SideLobeMargin is null or (>= -40 and <= 40), "sideLobeMargin must be -40 to 40");
        return this;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new MelodyException($"The magnitude autoencoder's configuration cannot be used: {rule}.");
    }
}
