using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder.Magnitude;

/// <summary>Long sound in pieces, and what comes back.</summary>
public sealed class MagnitudeCodecTests
{
    private static MagnitudeAutoencoder Create()
    {
        using var parameters = ParameterFactory.Random(1);
        return new(Parts.MagnitudeAutoencoder.Config("test"), parameters);
    }

    private static float[] Noise(int seed, int samples)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)(0.2 * random.NextDouble() - 0.1))];
    }

    [Fact]
    public void Latents_of_long_sound_are_those_of_the_whole()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var network = Create();
        int unit = network.Config.SamplesPerLatent,
            frames = 1100; // three pieces
        float[] left = Noise(1, frames * unit),
            right = Noise(2, frames * unit);
        var pieces = new MagnitudeCodec(network).Encode(left, right);
        using var gradient = no_grad();
        var whole = network.EncodeLatents(tensor((float[])[.. left, .. right], [1, 2, left.Length]));
        Assert.Equal(frames * network.Config.LatentChannels, pieces.Length);
        Assert.Equal(0, (tensor(pieces) - whole.reshape(-1)).abs().max().item<float>(), 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(961)]
    [InlineData(50_000)]
    public void Any_length_fills_whole_latents_and_comes_back_finite(int samples)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var network = Create();
        var codec = new MagnitudeCodec(network);
        int unit = network.Config.SamplesPerLatent,
            frames = (samples + unit - 1) / unit;
        var latents = codec.Encode(Noise(3, samples), Noise(4, samples));
        Assert.Equal(frames * network.Config.LatentChannels, latents.Length);
        var sound = codec.Decode(latents);
        Assert.Equal(2 * frames * unit, sound.Length);
        Assert.All(sound, s => Assert.True(float.IsFinite(s)));
    }
}
