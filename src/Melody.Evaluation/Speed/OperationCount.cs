using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Training.Speed;

namespace Melody.Evaluation.Speed;

/// <summary>
/// Floating-point operations (two for a multiplication and its addition) in the matrix products and convolutions of a
/// network, from its sizes. Norms, activations, recurrences and Fourier transforms are left out: a share of the matmul
/// peak counts what a matmul could do.
/// </summary>
internal static class OperationCount
{
    /// <summary>One diffusion step of one piece: the denoiser's pass, without what depends on the tokens alone.</summary>
    /// <param name="sizes">Of the denoiser.</param>
    /// <param name="frames">Latent frames.</param>
    /// <param name="tokens">Semantic tokens.</param>
    /// <param name="guided">Whether the null branch of guidance runs beside the conditional one.</param>
    public static double DenoiserStep(DenoiserConfig sizes, long frames, long tokens, bool guided)
    {
        double width = sizes.HiddenWidth,
            square = width * width,
            branches = guided ? 2 : 1;
        double segments = Segmentation.Count(frames, sizes.SegmentLength),
            cells = segments * sizes.SegmentLength;
        double products =
            frames * (sizes.AngleWidth * width + square + sizes.LatentChannels * width) + branches * frames * width * sizes.LatentChannels;
        for (int block = 0; block < sizes.Blocks; block++)
        {
            double columns = cells / SegmentMerging.Factor(block, sizes.Blocks);
            double layer =
                branches * columns * (6 * square + 2 * width * sizes.FeedForwardWidth + 2 * segments * width)
                + columns * 2 * tokens * width;
            if (guided)
                layer += columns * (2 * square + 2 * segments * width);
            products += sizes.CoarseLayers * layer + (sizes.CoarseProjections ? 2 * branches * columns * square : 0);
            products += branches * (cells * MultiplyAdds.FinePath(sizes) + segments * 2 * sizes.FilmLayers * square);
        }
        return 2 * products;
    }

    /// <summary>Latents to samples.</summary>
    /// <param name="sizes">Of the autoencoder.</param>
    /// <param name="frames">Latent frames.</param>
    public static double Decoder(AutoencoderConfig sizes, long frames) =>
        2.0
        * frames
        * (
            sizes.InverseStft is { } light
                ? SpectralFrame(light, sizes.LatentChannels)
                : MultiplyAdds.HifiGanDecoderFrame(sizes.HifiGan!, sizes.LatentChannels)
        );

    private static double SpectralFrame(InverseStftConfig sizes, int latentChannels)
    {
        double width = sizes.Width; // at the end five numbers a bin: magnitude, turn and onset of the phase
        return latentChannels * width * sizes.Kernel
            + sizes.DecoderLayers * (width * sizes.Kernel + 2 * width * sizes.Expansion * width)
            + width * 5 * (sizes.FftSize / 2 + 1);
    }
}
