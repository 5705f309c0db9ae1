using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Nn;
using Melody.PhaseRetrieval;
using Melody.Runtime;
using Melody.Training;
using Melody.Training.Adversarial;
using Melody.Training.Data;
using Melody.Training.Ranks;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The adversarial stage of the magnitude autoencoder: what its discriminators see, and what it changes.</summary>
public sealed class MagnitudeDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ComputePrecision.Scope _precision = ComputePrecision.Use(ScalarType.Float32);
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    private static MagnitudeAutoencoderConfig Config => Parts.MagnitudeAutoencoder.Config("test");

    public void Dispose()
    {
        _scope.Dispose();
        _precision.Dispose();
        _folder.Dispose();
    }

    private static PredictedFeatures Predicted(double level, double spread, int frames)
    {
        var shape = new long[] { 1, frames, Config.Bins };
        return new(new(full(shape, level), zeros(1, frames, 24), zeros(1, frames, 24)), full(shape, Math.Log(spread)));
    }

    [Fact]
    public void Tone_stays_as_it_is()
    {
        var picture = new NoisePicture(Config, new()).Of(Predicted(-3, 0.1, 20), RankGroup.Alone);
        Assert.Equal(-3, picture.min().item<float>(), 1e-3);
        Assert.Equal(-3, picture.max().item<float>(), 1e-3);
    }

    [Fact]
    public void Noise_has_the_median_that_was_predicted_and_the_energy_of_a_Rayleigh_distribution()
    {
        manual_seed(3);
        const double level = -2;
        var picture = new NoisePicture(Config, new()).Of(Predicted(level, 1, 400), RankGroup.Alone);
        Assert.Equal(level, picture.median().item<float>(), 0.02);
        // E[m^2] = median^2 / ln 2
        double energy = (2 * (picture - level)).exp().mean().item<float>();
        Assert.Equal(1 / Math.Log(2), energy, 0.03);
    }

    [Fact]
    public void Noise_is_one_signal_as_in_the_synthesis()
    {
        manual_seed(4);
        var picture = new NoisePicture(Config, new()).Of(Predicted(0, 1, 400), RankGroup.Alone)[0];
        double Correlation(int apart)
        {
            var a = picture.narrow(0, 0, 400 - apart).reshape(-1);
            var b = picture.narrow(0, apart, 400 - apart).reshape(-1);
            return (((a - a.mean()) * (b - b.mean())).mean() / (a.std() * b.std())).item<float>();
        }
        Assert.True(Correlation(1) > 0.3, "windows that overlap by three quarters have much in common");
        Assert.Equal(0, Correlation(5), 0.03); // 2,400 samples apart: nothing in common
    }

    [Fact]
    public void A_picture_keeps_low_bins_apart_and_a_constant_constant()
    {
        using var network = NewNetwork.Create(1, CPU, p => new MagnitudeAutoencoder(Config, p));
        using var gradients = no_grad();
        var picture = new LogMagnitudePicture(Config);
        Assert.InRange(picture.Rows, 100, 500);
        // mean -7 and deviation 2 of a network that nothing was measured for
        Assert.Equal(1.5, picture.Of(full([1L, 3, Config.Bins], -4.0), network).max().item<float>(), 1e-5);
        Assert.Equal(1.5, picture.Of(full([1L, 3, Config.Bins], -4.0), network).min().item<float>(), 1e-5);
        var one = full([1L, 1, Config.Bins], -7.0);
        one[0, 0, 17] = -5.0;
        var rows = picture.Of(one, network)[0, 0, 0].data<float>().ToArray();
        Assert.Equal(1, rows[17], 1e-5);
        Assert.Equal(1, rows.Sum(), 1e-5);
    }

    [Fact]
    public void Only_the_decoder_and_the_discriminators_learn()
    {
        var options = TrainingPreset.Read<MagnitudeDecoderTrainingOptions>("test", MagnitudeAutoencoderRecipe.DecoderStage);
        using var network = NewNetwork.Create(1, CPU, p => new MagnitudeAutoencoder(Config, p));
        var before = network.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
        using var stage = new MagnitudeAutoencoderStage(network, options, new NoiseAndTone(), new NoiseAndTone(), seed: 1);
        var log = new RecordingLog();
        using var loop = new Melody.Training.Loop.TrainingLoop<float[]>(
            stage,
            new()
            {
                RunFolder = _folder["run"],
                Steps = 20,
                LogSteps = 1,
                ValidationSteps = 0,
            },
            log
        );
        loop.Open();
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        foreach (var (name, value) in network.state_dict())
            Assert.Equal(name.StartsWith("decoder.", StringComparison.Ordinal), (value - before[name]).abs().max().item<float>() > 0);
    }

    // a tone on the left and noise on both sides
    private sealed class NoiseAndTone : IStereoCollection
    {
        public int Count => 1;

        public long Samples(int piece) => 96_000;

        public void Read(int piece, long start, Span<float> left, Span<float> right)
        {
            var random = new Random((int)start);
            for (int i = 0; i < left.Length; i++)
            {
                float noise = (float)(0.1 * random.NextDouble() - 0.05);
                (left[i], right[i]) = (noise + 0.3f * MathF.Sin(0.05f * (start + i)), noise);
            }
        }
    }
}
