using CsCheck;
using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder.Magnitude;

/// <summary>Shapes, bounds and the blindness to phase of the magnitude autoencoder.</summary>
public sealed class MagnitudeAutoencoderTests
{
    private static MagnitudeAutoencoderConfig Config(string preset) => Parts.MagnitudeAutoencoder.Config(preset);

    private static MagnitudeAutoencoder Create(long seed = 1)
    {
        using var parameters = ParameterFactory.Random(seed);
        return new(Config("test"), parameters);
    }

    [Fact]
    public void Lengths_follow_from_the_frames_of_a_latent() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 12])
            .Sample(
                (batch, latents) =>
                {
                    using var precision = ComputePrecision.Use(ScalarType.Float32);
                    using var scope = NewDisposeScope();
                    using var network = Create();
                    var sizes = network.Config;
                    var encoded = network.EncodeLatents(randn(batch, 2, latents * sizes.SamplesPerLatent));
                    Assert.Equal([batch, latents, sizes.LatentChannels], encoded.shape);
                    Assert.True(encoded.abs().max().item<float>() <= 1);
                    var decoded = network.Decode(encoded);
                    long[] magnitudes = [batch, latents * sizes.FramesPerLatent, sizes.Bins];
                    Assert.Equal(magnitudes, decoded.Features.LogMagnitude.shape);
                    Assert.Equal(magnitudes, decoded.LogSpread.shape);
                    Assert.Equal([batch, latents * sizes.FramesPerLatent, 24], decoded.Features.Balance.shape);
                    Assert.True(decoded.Features.Stereo.abs().max().item<float>() <= 1);
                },
                iter: 10
            );

    [Fact]
    public void Latents_of_a_steady_chord_stand_still_while_those_of_noise_move()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var network = Create();
        random.manual_seed(3);
        double noise = LatentMovement.Of(network.EncodeLatents(0.1 * randn(1, 2, 48_000))).item<float>();
        double chord = LatentMovement.InSteadyChord(network);
        // an encoder that sees phase moves as much as over noise
        Assert.InRange(chord / noise, 0, 0.05);
    }

    [Fact]
    public void The_encoder_hears_no_bin_below_the_side_lobes_of_its_neighbours()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var network = Create();
        // a line spectrum: partials at every 30th bin, and between them something lower; half-way lie the lowest side lobes, at -79 dB
        Tensor Statistics(double belowPartials)
        {
            var logs = full([1, 4, network.Config.Bins], -1 - belowPartials / 8.685889638, ScalarType.Float32);
            for (int bin = 0; bin < network.Config.Bins; bin++)
                if (Math.Abs((bin + 15) % 30 - 15) <= 2) // a main lobe
                    logs[.., .., bin] = -1;
            var stereo = zeros(1, 4, 24);
            return network.Encode(new(logs, stereo, stereo + 1)).Mean;
        }
        Assert.Equal(0, (Statistics(85) - Statistics(95)).abs().max().item<float>());
        Assert.True((Statistics(60) - Statistics(70)).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void The_mini_network_has_the_size_that_its_documents_say()
    {
        using var parameters = ParameterFactory.Meta();
        using var network = new MagnitudeAutoencoder(Config("mini"), parameters);
        Assert.InRange(network.parameters().Sum(p => p.numel()), 14_000_000, 20_000_000);
        Assert.Equal(25, network.LatentRate);
    }

    [Theory]
    [InlineData("fftSize", 2047)]
    [InlineData("hopLength", 481)]
    [InlineData("kernel", 6)]
    [InlineData("latentChannels", 0)]
    [InlineData("width", -1)]
    [InlineData("encoderLayers", 16_000_000)]
    public void Sizes_out_of_range_are_refused_by_name(string name, int value)
    {
        var good = Config("test");
        var bad = name switch
        {
            "fftSize" => good with { FftSize = value },
            "hopLength" => good with { HopLength = value },
            "kernel" => good with { Kernel = value },
            "latentChannels" => good with { LatentChannels = value },
            "width" => good with { Width = value },
            _ => good with { EncoderLayers = value },
        };
        using var parameters = ParameterFactory.Meta();
        Assert.Contains(
            name,
            Assert.Throws<MelodyException>(() => new MagnitudeAutoencoder(bad, parameters)).Message,
            StringComparison.Ordinal
        );
    }
}
