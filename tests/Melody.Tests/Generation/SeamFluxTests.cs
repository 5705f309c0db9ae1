using System.Numerics;
using Melody.Autoencoder;
using Melody.Generation;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Autoencoder;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Generation;

/// <summary>How audible a seam is, against plain loops over the decoded whole.</summary>
public sealed class SeamFluxTests
{
    private const int Channels = 3,
        Window = 1024,
        Hop = 256;

    [Fact]
    public void FluxIsThatOfTheDecodedWhole()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var gradients = no_grad();
        using var network = FixedValues.Fill(AudioAutoencoder.Create(TinyAutoencoders.HifiGan, ParameterFactory.Empty()));
        int reach = network.Decoder.ContextFrames + (int)Math.Ceiling(Window / 2.0 / network.HopLength),
            before = 2 * reach,
            frames = 700;
        var (earlier, quiet, loud) = (Values(1, before, 0.5), Values(2, frames, 0.1), Values(3, frames, 1));
        for (int i = 300 * Channels; i < 400 * Channels; i++)
            loud[i] *= i / Channels % 2 == 0 ? 3 : -3;
        var candidates = new[] { new SeamCandidate(quiet, 90, 260), new SeamCandidate(loud, 290, 420), new SeamCandidate(loud, 500, 600) };

        var flux = SeamFlux.Of(new LatentCodec(network), CPU, earlier, candidates);
        for (int j = 0; j < candidates.Length; j++)
            Assert.Equal(
                Plain(
                    network,
                    [.. earlier, .. candidates[j].Latents],
                    before - reach,
                    before + candidates[j].First,
                    before + candidates[j].End
                ),
                flux[j],
                0.01
            );
        Assert.True(flux[1] > flux[2], "the restless moment is heard more");
    }

    // frames of 1024 samples are counted from the first latent frame that changes the sound
    private static double Plain(AudioAutoencoder network, float[] latents, int origin, int first, int end)
    {
        var samples = new LatentCodec(network, 10_000, 10_000)
            .Decode(new(latents, Channels, network.LatentRate))
            .AsSpan(origin * network.HopLength)
            .ToArray();
        double largest = 0;
        for (int m = (first - origin) * network.HopLength / Hop; m < (end - origin) * network.HopLength / Hop; m++)
            largest = Math.Max(largest, Levels(samples, m).Zip(Levels(samples, m + 1), (a, b) => Math.Abs(a - b)).Average());
        return largest;
    }

    private static double[] Levels(float[] samples, int frame) =>
        [
            .. Enumerable
                .Range(0, Window / 2 + 1)
                .Select(bin =>
                {
                    Complex sum = 0;
                    for (int n = 0; n < Window; n++)
                        sum +=
                            samples[frame * Hop - Window / 2 + n]
                            * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / Window))
                            * Complex.FromPolarCoordinates(1, -2 * Math.PI * bin * n / Window);
                    return Math.Max(-80, 20 * Math.Log10(4.0 / Window * sum.Magnitude + 1e-12));
                }),
        ];

    private static float[] Values(int seed, int frames, double size) =>
        [.. FixedValues.Series(seed, frames * Channels).Select(v => (float)(v * size))];
}
