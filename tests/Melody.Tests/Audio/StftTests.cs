using System.Numerics;
using CsCheck;
using Melody.Audio;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Audio;

/// <summary>The transform against the sum that defines it, in double precision, and back again.</summary>
public sealed class StftTests
{
    [Theory]
    [InlineData(16, 4, 16, 50)]
    [InlineData(32, 8, 16, 70)]
    [InlineData(20, 7, 13, 33)]
    public void SpectrumIsTheSum(int fft, int hop, int window, int samples)
    {
        using var scope = NewDisposeScope();
        var x = Series(3, samples);
        var stft = new Stft(fft, hop, window);
        var actual = stft.Spectrum(Tensor(3, 1, samples));
        var expected = Plain(x, fft, hop, window);
        Assert.Equal([1, stft.Bins, stft.Frames(samples)], actual.shape);
        AssertClose(expected.Cast<Complex>().SelectMany(c => new[] { c.Real, c.Imaginary }).ToArray(), Flat(view_as_real(actual)));
        AssertClose(expected.Cast<Complex>().Select(c => c.Magnitude).ToArray(), Flat(stft.Magnitude(Tensor(3, 1, samples))));
    }

    [Fact]
    public void InverseGivesTheAudioBack() =>
        Gen.Select(Gen.Int[2, 40], Gen.Int[2, 4], Gen.Int[100, 400])
            .Sample(
                (half, overlap, samples) =>
                {
                    using var scope = NewDisposeScope();
                    int fft = 2 * half,
                        hop = Math.Max(1, fft / (overlap * 2));
                    var stft = new Stft(fft, hop);
                    var x = Tensor(7, 2, samples);
                    long covered = (stft.Frames(samples) - 1) * hop; // the last samples may lie past the last window's centre
                    var back = stft.Inverse(stft.Spectrum(x), covered);
                    AssertClose(x[.., ..(int)covered], back, 1e-5);
                },
                iter: 50
            );

    [Fact]
    public void SilenceHasAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        var x = zeros(1, 200, requires_grad: true);
        new Stft(32, 8).Magnitude(x).log().sum().backward();
        Assert.All(Flat(x.grad!), g => Assert.True(double.IsFinite(g)));
    }

    [Fact]
    public void GradientIsTheDerivative()
    {
        using var scope = NewDisposeScope();
        var stft = new Stft(16, 4);
        double Loss(double[] samples) => Plain(samples, 16, 4, 16).Cast<Complex>().Sum(c => c.Real * c.Real + c.Imaginary * c.Imaginary);
        var x = Tensor(5, 1, 40).requires_grad_();
        stft.Magnitude(x).square().sum().backward();
        var gradient = Flat(x.grad!);
        var series = Series(5, 40);
        foreach (int at in new[] { 0, 3, 20, 39 })
        {
            double kept = series[at];
            series[at] = kept + 1e-4;
            double above = Loss(series);
            series[at] = kept - 1e-4;
            double below = Loss(series);
            series[at] = kept;
            Assert.Equal((above - below) / 2e-4, gradient[at], 1e-2);
        }
    }

    [Fact]
    public void AudioShorterThanAFrameIsFollowedBySilence()
    {
        using var scope = NewDisposeScope();
        var stft = new Stft(64, 16);
        var x = Tensor(1, 1, 5);
        Assert.Equal(stft.Frames(5), stft.Spectrum(x).shape[2]);
        AssertClose(Flat(stft.Magnitude(cat([x, zeros(1, 28)], 1))), Flat(stft.Magnitude(x)));
    }

    [Fact]
    public void TensorsDoNotPileUp()
    {
        var stft = new Stft(64, 16);
        var mel = new MelSpectrogram(stft, new MelFilterBank(8000, 64, 8));
        using var x = Tensor(1, 1, 500);
        long Count()
        {
            mel.LogMel(x).Dispose();
            return TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        long before = Count();
        for (int i = 0; i < 20; i++)
            Count();
        Assert.Equal(before, Count());
    }

    [Theory]
    [InlineData("Htk", 1000, 999.99)]
    [InlineData("Htk", 700, 781.17)]
    [InlineData("Slaney", 440, 6.6)]
    [InlineData("Slaney", 6400, 42)]
    public void MelScalesFollowTheirFormulas(string name, double hertz, double mel)
    {
        var scale = Enum.Parse<MelScale>(name);
        Assert.Equal(mel, MelFilterBank.ToMel(hertz, scale), 0.01);
        Assert.Equal(hertz, MelFilterBank.ToHertz(MelFilterBank.ToMel(hertz, scale), scale), 1e-6);
    }

    [Fact]
    public void TrianglesOverlapToOne()
    {
        // Inside the first and the last centre, falling and rising sides of neighbours add up to one.
        var filters = new MelFilterBank(16000, 1024, 20, 50, 7000, MelScale.Slaney);
        double first = Centre(0),
            last = Centre(19);
        for (int bin = 0; bin < filters.Bins; bin++)
        {
            double f = bin * 16000.0 / 1024,
                sum = 0;
            for (int band = 0; band < 20; band++)
                sum += filters.Weights[band * filters.Bins + bin];
            if (f >= first && f <= last)
                Assert.Equal(1, sum, 1e-5);
            if (f <= 50 || f >= 7000)
                Assert.Equal(0, sum, 1e-9);
        }
        static double Centre(int band)
        {
            double low = MelFilterBank.ToMel(50, MelScale.Slaney),
                high = MelFilterBank.ToMel(7000, MelScale.Slaney);
            return MelFilterBank.ToHertz(low + (high - low) * (band + 1) / 21, MelScale.Slaney);
        }
    }

    [Fact]
    public void WhiteNoiseIsFlatInEqualAreaBands()
    {
        var filters = new MelFilterBank(24000, 8192, 30, 100, equalArea: true);
        for (int band = 0; band < 30; band++)
        {
            double sum = 0;
            for (int bin = 0; bin < filters.Bins; bin++)
                sum += filters.Weights[band * filters.Bins + bin] * 24000.0 / 8192;
            Assert.Equal(1, sum, 0.02);
        }
    }

    [Fact]
    public void LogMelIsTheLogarithmOfTheWeightedPower()
    {
        using var scope = NewDisposeScope();
        var filters = new MelFilterBank(8000, 32, 6);
        var power = Plain(Series(2, 90), 32, 8, 32);
        int frames = power.GetLength(1);
        var expected = new double[frames, 6];
        for (int m = 0; m < frames; m++)
        for (int band = 0; band < 6; band++)
        {
            double sum = 0;
            for (int k = 0; k < 17; k++)
                sum += filters.Weights[band * 17 + k] * Math.Pow(power[k, m].Magnitude, 2);
            expected[m, band] = Math.Log(Math.Max(sum, 1e-5));
        }
        AssertClose(expected, new MelSpectrogram(new Stft(32, 8), filters).LogMel(Tensor(2, 1, 90)), 1e-3);
    }

    /// <summary>[bins, frames]: centred by reflection, Hann window of its own size in the middle of the frame.</summary>
    private static Complex[,] Plain(double[] x, int fft, int hop, int window)
    {
        int frames = 1 + x.Length / hop,
            left = (fft - window) / 2;
        var result = new Complex[fft / 2 + 1, frames];
        for (int m = 0; m < frames; m++)
        for (int k = 0; k <= fft / 2; k++)
        for (int n = 0; n < window; n++)
        {
            int at = m * hop + left + n - fft / 2;
            if (at < 0)
                at = -at;
            if (at >= x.Length)
                at = 2 * (x.Length - 1) - at;
            double w = 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / window);
            result[k, m] += w * x[at] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * (left + n) / fft);
        }
        return result;
    }
}
