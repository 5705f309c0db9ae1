using Melody.Autoencoder;

namespace Melody.Tests.Autoencoder;

/// <summary>Configurations small enough for plain loops.</summary>
internal static class TinyAutoencoders
{
    /// <summary>HiFi-GAN with an even and an odd difference of kernel and rate; hop 6.</summary>
    public static AutoencoderConfig HifiGan { get; } =
        new()
        {
            SampleRate = 600,
            LatentChannels = 3,
            HifiGan = new()
            {
                DownRates = [2, 3],
                DownKernels = [5, 5],
                DownChannels = [4, 6],
                UpRates = [3, 2],
                UpKernels = [5, 5],
                UpChannels = [6, 4],
                BlockKernels = [3, 5],
                BlockDilations = [1, 3],
            },
        };

    /// <summary>Spectra of 16 samples; hop 4.</summary>
    public static AutoencoderConfig InverseStft { get; } =
        new()
        {
            SampleRate = 400,
            LatentChannels = 3,
            InverseStft = new()
            {
                FftSize = 16,
                HopLength = 4,
                Width = 6,
                Expansion = 2,
                Kernel = 3,
                EncoderLayers = 1,
                DecoderLayers = 2,
            },
        };

    public static AutoencoderConfig Of(string head) => head == "hifiGan" ? HifiGan : InverseStft;
}
