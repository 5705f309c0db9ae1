using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Training;
using Melody.Training.Data;
using Melody.Training.Losses;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The magnitude autoencoder learns a sound by heart, and its loss is what it says.</summary>
public sealed class MagnitudeAutoencoderStageTests : IDisposable
{
    private const int Rate = 48_000;

    private readonly TemporaryFolder _folder = new();

    private static MagnitudeAutoencoderConfig Config => Parts.MagnitudeAutoencoder.Config("test");

    // a tone on the left, another on the right, and noise that comes and goes
    private sealed class OneSound : IStereoCollection
    {
        public int Count => 1;

        public long Samples(int piece) => 2 * Rate;

        public void Read(int piece, long start, Span<float> left, Span<float> right)
        {
            for (int i = 0; i < left.Length; i++)
            {
                double t = (double)(start + i) / Rate;
                double noise = 0.1 * Math.Sin(1e5 * Math.Sin(start + i)) * (0.5 + 0.5 * Math.Sin(2 * Math.PI * 4 * t));
                left[i] = (float)(0.3 * Math.Sin(2 * Math.PI * 440 * t) + noise);
                right[i] = (float)(0.3 * Math.Sin(2 * Math.PI * 660 * t) + noise);
            }
        }
    }

    [Fact]
    public void It_learns_one_sound()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var options = TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>("test", MagnitudeAutoencoderRecipe.Stage);
        using var network = NewNetwork.Create(1, CPU, p => new MagnitudeAutoencoder(Config, p));
        using var stage = new MagnitudeAutoencoderStage(network, options, new OneSound(), new OneSound(), seed: 1);
        stage.Normalize(new OneSound());
        var log = new RecordingLog();
        using var loop = new Melody.Training.Loop.TrainingLoop<float[]>(
            stage,
            new()
            {
                RunFolder = _folder["run"],
                Steps = 60,
                LogSteps = 1,
                ValidationSteps = 0,
            },
            log
        );
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.Equal(log.LiveTensors[4], log.LiveTensors[^1]);
        double first = log.Losses.Take(3).Average(l => l.Value),
            last = log.Losses.TakeLast(10).Average(l => l.Value);
        Assert.True(last < 0.6 * first, $"from {first} to {last}");
    }

    [Fact]
    public void A_resumed_training_holds_what_was_fitted_before_the_first_step()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var options = TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>("test", MagnitudeAutoencoderRecipe.Stage);
        float[][] Train(long seed, int steps, bool fit)
        {
            using var network = NewNetwork.Create(seed, CPU, p => new MagnitudeAutoencoder(Config, p));
            using var stage = new MagnitudeAutoencoderStage(network, options, new OneSound(), new OneSound(), seed: 1);
            if (fit)
            {
                stage.Normalize(new OneSound());
                stage.BeginLinear(new OneSound(), seed: 1);
            }
            var settings = new Melody.Training.Loop.TrainingOptions
            {
                RunFolder = _folder["run"],
                Steps = steps,
                Resume = !fit,
                ValidationSteps = 0,
            };
            using var loop = new Melody.Training.Loop.TrainingLoop<float[]>(stage, settings, new RecordingLog());
            Assert.True(loop.Run(TestContext.Current.CancellationToken));
            return [.. network.named_buffers().Select(b => b.buffer.data<float>().ToArray())];
        }
        var fitted = Train(seed: 1, steps: 1, fit: true);
        Assert.Equal(fitted, Train(seed: 2, steps: 2, fit: false));
    }

    [Fact]
    public void A_gain_is_told_in_nepers_and_the_true_features_have_no_error()
    {
        using var scope = NewDisposeScope();
        var spectrogram = new StereoSpectrogram(Rate, Config.FftSize, Config.HopLength);
        random.manual_seed(1);
        var truth = spectrogram.Analyze(0.2 * randn(1, 2, 40 * Config.HopLength));
        var loss = new MagnitudeLoss(Config);
        var still = loss.Compare(new(truth, zeros_like(truth.LogMagnitude)), truth);
        Assert.Equal(0, (still.Magnitude + still.Mel + still.Balance + still.Correlation).item<float>());
        var louder = truth with { LogMagnitude = truth.LogMagnitude + 0.5 };
        var terms = loss.Compare(new(louder, zeros_like(truth.LogMagnitude)), truth);
        Assert.Equal(0.5, terms.Magnitude.item<float>(), 1e-3);
        Assert.Equal(0.5, terms.Mel.item<float>(), 1e-3);
        Assert.Equal(0.5, terms.MelBias.item<float>(), 1e-3);
        // |error| / scale + ln scale at scale 1
        Assert.Equal(0.5, terms.Spread.item<float>(), 1e-3);
    }

    [Fact]
    public void The_most_likely_spread_is_the_mean_error()
    {
        using var scope = NewDisposeScope();
        var spectrogram = new StereoSpectrogram(Rate, Config.FftSize, Config.HopLength);
        random.manual_seed(2);
        var truth = spectrogram.Analyze(0.2 * randn(1, 2, 40 * Config.HopLength));
        var guess = truth with { LogMagnitude = truth.LogMagnitude + 0.3 * randn_like(truth.LogMagnitude) };
        double error = (guess.LogMagnitude - truth.LogMagnitude).abs().mean().item<float>();
        var loss = new MagnitudeLoss(Config);
        double At(double scale) => loss.Compare(new(guess, full_like(truth.LogMagnitude, Math.Log(scale))), truth).Spread.item<float>();
        Assert.True(At(error) < At(0.7 * error) && At(error) < At(1.4 * error));
    }

    public void Dispose() => _folder.Dispose();
}
