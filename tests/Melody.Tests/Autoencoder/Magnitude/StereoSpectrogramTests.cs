using System.Numerics;
using CsCheck;
using Melody.Audio;
using Melody.Autoencoder.Magnitude;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder.Magnitude;

/// <summary>Features of stereo sound beside plain sums in double precision and closed forms.</summary>
public sealed class StereoSpectrogramTests
{
    private const int Rate = 48_000,
        Fft = 2048,
        Hop = 480;

    private static SpectralFeatures Analyze(float[] left, float[] right, int fftSize = Fft, int hop = Hop) =>
        new StereoSpectrogram(Rate, fftSize, hop).Analyze(tensor((float[])[.. left, .. right], [1, 2, left.Length]));

    private static float[] Sine(double hertz, double amplitude, int samples, double phase = 0) =>
        [.. Enumerable.Range(0, samples).Select(n => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * n / Rate + phase)))];

    private static float[] Noise(int seed, int samples)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    [Fact]
    public void It_equals_plain_sums()
    {
        const int size = 64,
            hop = 24,
            frames = 7,
            margin = (size - hop) / 2;
        float[] left = Noise(1, frames * hop),
            right = Noise(2, frames * hop);
        using var scope = NewDisposeScope();
        var features = Analyze(left, right, size, hop);
        var bands = new StereoBands(Rate, size);
        var energies = new double[frames, StereoBands.Count, 3];
        for (int frame = 0; frame < frames; frame++)
        for (int k = 0; k <= size / 2; k++)
        {
            Complex l = 0,
                r = 0;
            for (int n = 0; n < size; n++)
            {
                int at = frame * hop - margin + n;
                if (at < 0 || at >= left.Length)
                    continue;
                var turn = Complex.Exp(new Complex(0, -2 * Math.PI * k * n / size)) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / size));
                l += left[at] * turn;
                r += right[at] * turn;
            }
            double magnitude = Math.Sqrt((l.Magnitude * l.Magnitude + r.Magnitude * r.Magnitude) / 2) * 4 / size;
            Assert.Equal(Math.Log(Math.Max(magnitude, 1e-5)), features.LogMagnitude[0, frame, k].item<float>(), 1e-3);
            energies[frame, bands.OfBin[k], 0] += l.Magnitude * l.Magnitude;
            energies[frame, bands.OfBin[k], 1] += r.Magnitude * r.Magnitude;
            energies[frame, bands.OfBin[k], 2] += (l * Complex.Conjugate(r)).Real;
        }
        for (int frame = 0; frame < frames; frame++)
            foreach (int band in bands.OfBin.Distinct())
            {
                double Mean(int what) =>
                    (energies[Math.Max(0, frame - 1), band, what] + energies[Math.Min(frames - 1, frame + 1), band, what]) / 4
                    + energies[frame, band, what] / 2;
                double e = Mean(0),
                    f = Mean(1);
                Assert.Equal((e - f) / (e + f), features.Balance[0, frame, band].item<float>(), 1e-3);
                Assert.Equal(Mean(2) / Math.Sqrt(e * f), features.Correlation[0, frame, band].item<float>(), 1e-3);
            }
    }

    [Fact]
    public void A_full_scale_sine_in_both_channels_reads_zero()
    {
        using var scope = NewDisposeScope();
        var sine = Sine(1500, 1, 20 * Hop); // 64 bins of 23.4375 Hz
        var features = Analyze(sine, sine);
        Assert.Equal(0, features.LogMagnitude[0, 10, 64].item<float>(), 1e-3);
        Assert.Equal(0, features.LogMagnitude[0, 10].max().item<float>(), 1e-3);
    }

    [Fact]
    public void Panning_and_polarity_are_read_exactly() =>
        Gen.Select(Gen.Double[0.05, 1], Gen.Double[-1, 1], Gen.Double[100, 20_000])
            .Sample(
                (left, right, hertz) =>
                {
                    if (Math.Abs(right) < 0.05)
                        return;
                    using var scope = NewDisposeScope();
                    var features = Analyze(Sine(hertz, left, 8 * Hop), Sine(hertz, right, 8 * Hop));
                    int band = new StereoBands(Rate, Fft).OfBin[(int)Math.Round(hertz * Fft / Rate)];
                    double balance = (left * left - right * right) / (left * left + right * right);
                    Assert.Equal(balance, features.Balance[0, 4, band].item<float>(), 1e-3);
                    Assert.Equal(Math.Sign(right), features.Correlation[0, 4, band].item<float>(), 1e-3);
                },
                iter: 20
            );

    [Fact]
    public void Unrelated_channels_have_no_correlation()
    {
        using var scope = NewDisposeScope();
        var features = Analyze(Noise(3, 200 * Hop), Noise(4, 200 * Hop));
        // the top bands hold a hundred bins each
        Assert.Equal(0, features.Correlation[0, .., 20..].mean().item<float>(), 0.02);
    }

    [Fact]
    public void Silence_is_at_the_floor_and_in_the_middle()
    {
        using var scope = NewDisposeScope();
        var features = Analyze(new float[10 * Hop], new float[10 * Hop]);
        Assert.Equal(Math.Log(1e-5), features.LogMagnitude.min().item<float>(), 1e-4);
        Assert.Equal(Math.Log(1e-5), features.LogMagnitude.max().item<float>(), 1e-4);
        Assert.Equal(0, features.Balance.abs().max().item<float>());
        Assert.Equal(1, features.Correlation.min().item<float>(), 1e-6);
    }

    [Fact]
    public void One_silent_channel_leaves_finite_figures()
    {
        using var scope = NewDisposeScope();
        var features = Analyze(Noise(5, 10 * Hop), new float[10 * Hop]);
        Assert.Equal(1, features.Balance[0, 5].min().item<float>(), 1e-3);
        Assert.True(features.Correlation.isfinite().all().item<bool>());
    }

    [Fact]
    public void The_phase_of_a_steady_tone_changes_nothing() =>
        Gen.Double[0, 2 * Math.PI]
            .Sample(
                phase =>
                {
                    using var scope = NewDisposeScope();
                    var (a, b) = (Sine(1000, 0.5, 20 * Hop), Sine(1000, 0.5, 20 * Hop, phase));
                    var (x, y) = (Analyze(a, a).LogMagnitude, Analyze(b, b).LogMagnitude);
                    var loud = x[0, 5..15, 38..48]; // around bin 42.7; far from it stand rounding errors
                    Assert.Equal(0, (loud - y[0, 5..15, 38..48]).abs().max().item<float>(), 0.02);
                },
                iter: 20
            );
}
