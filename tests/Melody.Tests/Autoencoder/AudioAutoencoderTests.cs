using CsCheck;
using Melody.Autoencoder;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>What holds for both waveform heads: sizes, lengths, the latent mapping, precision, memory.</summary>
public sealed class AudioAutoencoderTests
{
    [Fact]
    public void ThePaperPresetHasThePapersSizes()
    {
        using var parameters = ParameterFactory.Meta();
        using var autoencoder = AudioAutoencoder.Create(Parts.Autoencoder.Config("paper"), parameters);
        Assert.InRange(Count(autoencoder.Decoder), 60.1e6 * 0.95, 60.1e6 * 1.05);
        Assert.InRange(Count(autoencoder.Encoder), 11.3e6, 11.5e6); // the paper's 40 million are explained at HifiGanEncoder
        Assert.Equal(
            (24000, 96, 16, 250.0),
            (autoencoder.SampleRate, autoencoder.HopLength, autoencoder.LatentChannels, autoencoder.LatentRate)
        );
    }

    [Theory]
    [InlineData("mini", 13.0e6, 14.6e6)]
    [InlineData("test", 0.2e6, 1e6)]
    public void TheLightPresetsAreSmall(string preset, double least, double most)
    {
        using var parameters = ParameterFactory.Meta();
        using var autoencoder = AudioAutoencoder.Create(Parts.Autoencoder.Config(preset), parameters);
        Assert.InRange(Count(autoencoder), least, most);
        Assert.Equal(Count(autoencoder), Count(autoencoder.Encoder) + Count(autoencoder.Decoder));
        Assert.Equal(
            (24000, 480, 32, 50.0),
            (autoencoder.SampleRate, autoencoder.HopLength, autoencoder.LatentChannels, autoencoder.LatentRate)
        );
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void EveryLengthMakesWholeFramesAndComesBackPadded(string head)
    {
        using var parameters = ParameterFactory.Random(1);
        using var autoencoder = AudioAutoencoder.Create(TinyAutoencoders.Of(head), parameters);
        using var _ = no_grad();
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 100])
            .Sample(
                (batch, samples) =>
                {
                    using var scope = NewDisposeScope();
                    long frames = (long)Math.Ceiling((double)samples / autoencoder.HopLength);
                    var audio = FixedValues.Tensor(samples, batch, samples);
                    var (mean, logVariance) = autoencoder.Encode(audio);
                    var latents = autoencoder.EncodeLatents(audio);
                    foreach (var encoded in new[] { mean, logVariance, latents })
                    {
                        Assert.Equal([batch, frames, autoencoder.LatentChannels], encoded.shape);
                        Assert.Equal(ScalarType.Float32, encoded.dtype);
                    }
                    Assert.InRange(latents.abs().max().item<float>(), 0, 1);
                    var decoded = autoencoder.Decode(latents);
                    Assert.Equal([batch, frames * autoencoder.HopLength], decoded.shape);
                    Assert.Equal(ScalarType.Float32, decoded.dtype);
                    Assert.True(decoded.isfinite().all().item<bool>());
                },
                iter: 15,
                threads: 1
            );
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void TheRightPaddingIsSilence(string head)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var parameters = ParameterFactory.Random(1);
        var autoencoder = AudioAutoencoder.Create(TinyAutoencoders.Of(head), parameters);
        var audio = FixedValues.Tensor(1, 1, autoencoder.HopLength * 5 - 1);
        FixedValues.AssertClose(autoencoder.Encode(nn.functional.pad(audio, [0, 1])).Mean, autoencoder.Encode(audio).Mean, 1e-6);
    }

    [Fact]
    public void LatentsAreAThirdOfTheValueWithinOne() =>
        Gen.Float[-20, 20]
            .Array[1, 50]
            .Sample(values =>
            {
                using var scope = NewDisposeScope();
                var expected = values.Select(v => Math.Max(Math.Min(v / 3.0, 1), -1)).ToArray();
                FixedValues.AssertClose(expected, FixedValues.Flat(AudioAutoencoder.MapToLatents(tensor(values))), 1e-6);
            });

    [Fact]
    public void ASampleIsTheMeanPlusDeviationsOfNoise() =>
        Gen.Select(Gen.Double[-5, 5], Gen.Double[-8, 4], Gen.Double[-4, 4])
            .Sample(
                (mean, logVariance, noise) =>
                {
                    using var scope = NewDisposeScope();
                    var sample = AudioAutoencoder.Sample(tensor([mean]), tensor([logVariance]), tensor([noise]));
                    Assert.Equal(mean + Math.Sqrt(Math.Exp(logVariance)) * noise, sample.item<double>(), 1e-9);
                }
            );

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void EveryParameterLearns(string head)
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterFactory.Random(3);
        var autoencoder = AudioAutoencoder.Create(TinyAutoencoders.Of(head), parameters);
        var audio = FixedValues.Tensor(2, 2, 20 * autoencoder.HopLength) * 0.5;
        var (mean, logVariance) = autoencoder.Encode(audio);
        var latents = AudioAutoencoder.MapToLatents(
            AudioAutoencoder.Sample(mean * 0.3, logVariance * 0.3, FixedValues.Tensor(3, mean.shape))
        );
        (autoencoder.Decode(latents) - audio).square().mean().backward();
        foreach (var (name, parameter) in autoencoder.named_parameters())
            Assert.True(
                parameter.grad is { } gradient && gradient.abs().max().item<float>() is > 0 and < float.PositiveInfinity,
                $"{name}: gradient {(parameter.grad is null ? "null" : string.Join(" ", FixedValues.Flat(parameter.grad)))}"
            );
    }

    [Theory]
    [InlineData("hifiGan", 0.02)]
    [InlineData("inverseStft", 0.04)]
    public void BFloat16StaysNearFloat32(string head, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var autoencoder = AudioAutoencoder.Create(TinyAutoencoders.Of(head), ParameterFactory.Empty());
        FixedValues.Fill(autoencoder);
        var audio = FixedValues.Tensor(1, 2, 50 * autoencoder.HopLength);
        var latents = FixedValues.Tensor(2, 2, 50, 3);
        (Tensor, Tensor) Run(ScalarType type)
        {
            using var precision = ComputePrecision.Use(type);
            return (autoencoder.Encode(audio).Mean, autoencoder.Decode(latents));
        }
        var (exactMean, exactAudio) = Run(ScalarType.Float32);
        var (mean, decoded) = Run(ScalarType.BFloat16);
        Assert.InRange(RelativeError(exactMean, mean), 1e-6, tolerance);
        Assert.InRange(RelativeError(exactAudio, decoded), 1e-6, tolerance);
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void NoTensorOutlivesItsScope(string head)
    {
        using var parameters = ParameterFactory.Random(1);
        using var autoencoder = AudioAutoencoder.Create(TinyAutoencoders.Of(head), parameters);
        using var _ = no_grad();
        LiveTensors.AssertFlat(() =>
        {
            using var scope = NewDisposeScope();
            autoencoder.Decode(autoencoder.EncodeLatents(ones(1, 30)));
        });
    }

    [Fact]
    public void ConfigurationsThatContradictThemselvesAreRefused()
    {
        var (hifiGan, inverseStft) = (TinyAutoencoders.HifiGan, TinyAutoencoders.InverseStft);
        AutoencoderConfig[] wrong =
        [
            hifiGan with
            {
                HifiGan = null,
            },
            hifiGan with
            {
                InverseStft = inverseStft.InverseStft,
            },
            hifiGan with
            {
                LatentChannels = 0,
            },
            hifiGan with
            {
                HifiGan = hifiGan.HifiGan! with { UpRates = [3, 3] },
            },
            hifiGan with
            {
                HifiGan = hifiGan.HifiGan! with { UpKernels = [5] },
            },
            hifiGan with
            {
                HifiGan = hifiGan.HifiGan! with { DownKernels = [5, 2] },
            },
            hifiGan with
            {
                HifiGan = hifiGan.HifiGan! with { BlockKernels = [4] },
            },
            inverseStft with
            {
                InverseStft = inverseStft.InverseStft! with { HopLength = 5 },
            },
            inverseStft with
            {
                InverseStft = inverseStft.InverseStft! with { HopLength = 0 },
            },
            inverseStft with
            {
                InverseStft = inverseStft.InverseStft! with { Kernel = 4 },
            },
        ];
        foreach (var config in wrong)
            Assert.Contains(
                "autoencoder's configuration",
                Assert.Throws<MelodyException>(() => AudioAutoencoder.Create(config, ParameterFactory.Meta())).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void AnUnknownPresetIsRefused() =>
        Assert.Equal(
            "Unknown preset 'huge'; valid presets are mini, paper, test.",
            Assert.Throws<MelodyException>(() => Parts.Autoencoder.Config("huge")).Message
        );

    [Theory]
    [InlineData("paper")]
    [InlineData("mini")]
    [InlineData("test")]
    public void APresetSurvivesJson(string preset)
    {
        var config = Parts.Autoencoder.Config(preset);
        var again = ConfigJson.Read<AutoencoderConfig>(ConfigJson.Write(config), "the configuration");
        Assert.Equivalent(config, again, strict: true);
    }

    private static double RelativeError(Tensor expected, Tensor actual) => ((actual - expected).norm() / expected.norm()).item<float>();

    private static long Count(nn.Module module) => module.parameters().Sum(p => p.numel());
}
