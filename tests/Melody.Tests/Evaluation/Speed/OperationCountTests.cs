using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Evaluation.Speed;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Evaluation.Speed;

/// <summary>The truth is another way to count: every entry of every weight of the network itself, times how often it is used.</summary>
public sealed class OperationCountTests
{
    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void DenoiserMatchesItsWeights(string preset)
    {
        var sizes = Parts.Denoiser.Config(preset);
        using var parameters = ParameterFactory.Meta();
        using var network = new DualPathDenoiser(sizes, parameters);
        long frames = sizes.Frames,
            tokens = 25,
            segments = Segmentation.Count(frames, sizes.SegmentLength),
            width = sizes.HiddenWidth;
        foreach (int branches in new[] { 1, 2 })
        {
            double products = 0;
            foreach (var (name, parameter) in network.named_parameters().Where(p => p.parameter.dim() > 1))
                products += (double)parameter.numel() * Uses(name, branches);
            // queries times keys and weights times values: along the segments, to the tokens, and in the null branch along the segments
            // again
            for (int block = 0; block < sizes.Blocks; block++)
            {
                double columns = (double)segments * sizes.SegmentLength / SegmentMerging.Factor(block, sizes.Blocks);
                products += sizes.CoarseLayers * columns * 2 * width * (branches * segments + tokens + (branches - 1) * segments);
            }
            Assert.Equal(1, OperationCount.DenoiserStep(sizes, frames, tokens, guided: branches == 2) / (2 * products), 1e-12);
        }

        double Uses(string name, int branches)
        {
            var path = name.Split('.');
            if (path[0] is "semantic_encoding" or "prompt_encoding" or "latent_forecast" || path[^2] == "weight")
                return 0;
            if (path[0] is "angle_encoding" or "input")
                return frames;
            if (path[0] == "output")
                return branches * frames;
            int block = int.Parse(path[0]["block_".Length..], System.Globalization.CultureInfo.InvariantCulture);
            double cells = (double)segments * sizes.SegmentLength,
                columns = cells / SegmentMerging.Factor(block, sizes.Blocks);
            if (path[1] is "coarse_input" or "coarse_output")
                return branches * columns;
            if (path[1].StartsWith("coarse_", StringComparison.Ordinal))
                return path[2] == "cross_kv" ? (branches - 1) * columns : branches * columns;
            if (path[1] == "film")
                return path[2] == "output" ? branches * cells : branches * segments;
            // an SRU's "recurrent" and "bias" have axes too, but multiply nothing
            return path[1] == "fine" && path[^1] != "weight" ? 0 : branches * cells;
        }
    }

    [Theory]
    [InlineData("test")]
    [InlineData("mini")]
    [InlineData("paper")]
    public void DecoderMatchesItsWeights(string preset)
    {
        var sizes = Parts.Autoencoder.Config(preset);
        using var parameters = ParameterFactory.Meta();
        using var network = AudioAutoencoder.Create(sizes, parameters);
        const long frames = 50;
        double products = 0;
        foreach (var (name, parameter) in network.Decoder.named_parameters())
        {
            var path = name.Split('.');
            if (parameter.dim() < 2 || path[^1] == "weight_g")
                continue;
            double positions = frames;
            if (sizes.HifiGan is { } hifiGan && path[0] != "input")
            {
                // a transposed convolution uses its weight once for each position that comes in, the others for each that goes out
                int stages =
                    path[0] == "output"
                        ? hifiGan.UpRates.Count
                        : int.Parse(path[1], System.Globalization.CultureInfo.InvariantCulture) + (path[0] == "up" ? 0 : 1);
                positions *= hifiGan.UpRates.Take(stages).Aggregate(1.0, (a, b) => a * b);
            }
            products += parameter.numel() * positions;
        }
        Assert.Equal(1, OperationCount.Decoder(sizes, frames) / (2 * products), 1e-12);
    }
}
