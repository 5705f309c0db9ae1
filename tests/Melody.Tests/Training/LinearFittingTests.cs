using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The linear map that a magnitude autoencoder begins with.</summary>
public sealed class LinearFittingTests
{
    private const int Patterns = 6;

    private static MagnitudeAutoencoderConfig Config => Parts.MagnitudeAutoencoder.Config("test");

    // log-magnitudes that are sums of six smooth patterns over the bins of a latent frame, whose strengths are drawn; no stereo
    private static SpectralFeatures Music(int latents)
    {
        long frames = latents * Config.FramesPerLatent;
        var angles = arange(Config.FramesPerLatent * Config.Bins, ScalarType.Float32) * (2 * Math.PI / Config.Bins);
        var patterns = stack(Enumerable.Range(1, Patterns).Select(n => (angles * n).cos()));
        var logs = randn(latents, Patterns).matmul(patterns).reshape(1, frames, Config.Bins) * 0.5 - 7;
        var stereo = zeros(1, frames, 24);
        return new(logs, stereo, stereo);
    }

    [Fact]
    public void Spectra_with_no_more_dimensions_than_latents_are_rebuilt()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var network = NewNetwork.Create(1, CPU, p => new MagnitudeAutoencoder(Config, p));
        Assert.True(Patterns <= Config.LatentChannels);
        var fitting = new LinearFitting(network, [.. Enumerable.Repeat(1f, Config.Bins)], stereoWeight: 1);
        for (int i = 0; i < 3; i++)
            fitting.Add(Music(400));
        fitting.Finish(seed: 1);

        var unheard = Music(200);
        var mean = network.Encode(unheard).Mean;
        var rebuilt = network.Decode(AudioAutoencoder.MapToLatents(mean)).Features.LogMagnitude;
        var within = (mean.abs() < 3).all(-1).repeat_interleave(Config.FramesPerLatent, 1); // the others are clipped
        double error = (rebuilt - unheard.LogMagnitude)[within].std().item<float>() / unheard.LogMagnitude.std().item<float>();
        Assert.InRange(error, 0, 0.03);
        Assert.True(within.sum().item<long>() > 300);
        // those latents that tell something have unit variance
        var deviations = mean.reshape(-1, Config.LatentChannels).std(0).data<float>().ToArray();
        Assert.All(deviations[..Patterns], deviation => Assert.InRange(deviation, 0.8, 1.2));
    }
}
