using CsCheck;
using Melody.Corpus.Production;

namespace Melody.Tests.Corpus.Production;

/// <summary>Each stage of the production chain against its closed form.</summary>
public sealed class EffectTests
{
    private const int Rate = 24_000;

    private static float[] Sine(double hertz, double amplitude, double seconds, int rate = Rate) =>
        [.. Enumerable.Range(0, (int)(seconds * rate)).Select(n => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * n / rate)))];

    /// <summary>Amplitude of one frequency in the second half of a signal, by correlation.</summary>
    private static double Amplitude(ReadOnlySpan<float> signal, double hertz, int rate = Rate)
    {
        double re = 0,
            im = 0,
            weights = 0;
        for (var n = signal.Length / 2; n < signal.Length; n++)
        {
            var window = 1 - Math.Cos(4 * Math.PI * (n - signal.Length / 2) / signal.Length);
            var (sine, cosine) = Math.SinCos(2 * Math.PI * hertz * n / rate);
            re += window * signal[n] * cosine;
            im += window * signal[n] * sine;
            weights += window;
        }
        return 2 * Math.Sqrt(re * re + im * im) / weights;
    }

    private static double GainDecibels(Action<float[]> effect, double hertz, double amplitude = 0.5)
    {
        var signal = Sine(hertz, amplitude, 1);
        effect(signal);
        return 20 * Math.Log10(Amplitude(signal, hertz) / amplitude);
    }

    [Fact]
    public void Filters_have_the_gains_of_their_analogue_models()
    {
        Assert.Equal(-3.01, GainDecibels(x => Biquad.LowPass(3000, Rate).Process(x), 3000), 0.02);
        Assert.Equal(-3.01, GainDecibels(x => Biquad.HighPass(500, Rate).Process(x), 500), 0.02);
        Assert.True(GainDecibels(x => Biquad.LowPass(1000, Rate).Process(x), 8000) < -36);
        Assert.True(GainDecibels(x => Biquad.HighPass(1000, Rate).Process(x), 125) < -35);
        Gen.Select(Gen.Double[-12, 12], Gen.Double[300, 4000])
            .Sample(
                (decibels, hertz) =>
                {
                    Assert.Equal(decibels, GainDecibels(x => Biquad.Bell(hertz, decibels, Rate).Process(x), hertz), 0.05);
                    // A shelf has its whole gain far on its side, half of it at its corner, nothing on the other side.
                    Assert.Equal(decibels / 2, GainDecibels(x => Biquad.LowShelf(1000, decibels, Rate).Process(x), 1000), 0.05);
                    Assert.Equal(decibels / 2, GainDecibels(x => Biquad.HighShelf(1000, decibels, Rate).Process(x), 1000), 0.05);
                    Assert.Equal(decibels, GainDecibels(x => Biquad.LowShelf(2000, decibels, Rate).Process(x), 30), 0.3);
                    Assert.Equal(0, GainDecibels(x => Biquad.LowShelf(200, decibels, Rate).Process(x), 10_000), 0.3);
                    Assert.Equal(decibels, GainDecibels(x => Biquad.HighShelf(200, decibels, Rate).Process(x), 11_000), 0.3);
                    Assert.Equal(0, GainDecibels(x => Biquad.HighShelf(2000, decibels, Rate).Process(x), 30), 0.3);
                },
                iter: 12
            );
    }

    [Fact]
    public void Drive_leaves_soft_sounds_alone_holds_loud_ones_and_folds_little_back()
    {
        Assert.Equal(0, GainDecibels(x => Saturation.Process(x, 1), 300, amplitude: 0.001), 0.01);
        var loud = Sine(300, 1, 1);
        Saturation.Process(loud, 10);
        Assert.InRange(loud.Max(Math.Abs), 0.09f, 0.1f); // tanh reaches 1, divided by the gain
        // A sine of 5.3 kHz driven hard: its third partial, 15.9 kHz, would fold to 8.1 kHz at a third of the level.
        var high = Sine(5300, 1, 1);
        var plain = high.Select(x => MathF.Tanh(10 * x) / 10).ToArray();
        Saturation.Process(high, 10);
        Assert.True(Amplitude(high, 8100) / Amplitude(high, 5300) < 0.5 * Amplitude(plain, 8100) / Amplitude(plain, 5300));
    }

    [Fact]
    public void The_compressor_follows_its_curve_on_steady_tones()
    {
        Gen.Select(Gen.Double[-40, -3], Gen.Double[-30, -10], Gen.Double[1.5, 8])
            .Sample(
                (level, threshold, ratio) =>
                {
                    // The level of a sine is 3 dB under its amplitude.
                    var amplitude = Math.Pow(10, level / 20) * Math.Sqrt(2);
                    var expected =
                        level < threshold - 3 ? 0
                        : level > threshold + 3 ? (1 / ratio - 1) * (level - threshold)
                        : double.NaN;
                    if (double.IsNaN(expected))
                        return;
                    Assert.Equal(expected, GainDecibels(x => Compressor.Process([x], Rate, threshold, ratio), 1000, amplitude), 0.15);
                },
                iter: 20
            );
    }

    [Theory]
    [InlineData(0.5, 0.6)]
    [InlineData(1.5, 1.0)]
    [InlineData(3.5, 1.6)]
    public void The_reverb_falls_by_sixty_decibels_in_its_time(double seconds, double size)
    {
        var impulse = new float[1];
        impulse[0] = 1;
        var response = new Reverb(seconds, size, 11_000, Rate).Process([impulse], (int)(1.5 * seconds * Rate))[0];
        // Schroeder's backward integral; the slope between -5 and -35 dB.
        var energy = new double[response.Length + 1];
        for (var n = response.Length - 1; n >= 0; n--)
            energy[n] = energy[n + 1] + (double)response[n] * response[n];
        double At(double decibels) => Array.FindIndex(energy, e => 10 * Math.Log10(e / energy[0]) < decibels) / (double)Rate;
        Assert.InRange((At(-35) - At(-5)) * 2, 0.85 * seconds, 1.15 * seconds);
    }

    [Fact]
    public void A_stereo_reverb_fills_both_sides_and_a_darker_one_is_darker()
    {
        var left = Sine(1000, 0.5, 0.2);
        var wet = new Reverb(1, 1, 6000, Rate).Process([left, new float[left.Length]], Rate);
        Assert.True(wet[1].Max(Math.Abs) > 0.01f);
        double Highs(double damping)
        {
            var response = new Reverb(1, 1, damping, Rate).Process(
                [
                    [1f],
                ],
                Rate
            )[0];
            var high = (float[])response.Clone();
            Biquad.HighPass(5000, Rate).Process(high);
            return high.Sum(x => (double)x * x) / response.Sum(x => (double)x * x);
        }
        Assert.True(Highs(1500) < 0.3 * Highs(8000));
    }

    [Fact]
    public void Wow_wanders_as_far_as_it_says()
    {
        // A ramp makes the reading position visible: output = n - depth sin(2 pi f n).
        var ramp = Enumerable.Range(0, Rate).Select(n => (float)n).ToArray();
        var channels = new[] { ramp };
        ModulatedDelay.Wow(channels, Rate, 2, 1.5);
        for (var n = 100; n < Rate - 100; n += 97)
            Assert.Equal(n - 0.002 * Rate * Math.Sin(2 * Math.PI * 1.5 * n / Rate), channels[0][n], 0.02);
    }

    [Fact]
    public void Record_noise_has_level_one_crackles_and_no_rumble()
    {
        var noise = VinylNoise.Create(10 * Rate, Rate, 7);
        Assert.Equal(1, Math.Sqrt(noise.Average(x => (double)x * x)), 1e-3);
        Assert.True(noise.Max(Math.Abs) > 6);
        Assert.True(Math.Abs(noise.Average()) < 0.01);
        Assert.Equal(noise, VinylNoise.Create(10 * Rate, Rate, 7));
        Assert.NotEqual(noise, VinylNoise.Create(10 * Rate, Rate, 8));
    }

    [Fact]
    public void Settings_follow_from_the_seed_and_stay_in_their_ranges()
    {
        Gen.ULong.Sample(seed =>
        {
            var settings = ProductionDraw.Draw(seed);
            Assert.Equal(settings, ProductionDraw.Draw(seed));
            Assert.InRange(settings.WowMilliseconds, 0, 2);
            Assert.InRange(settings.LoudnessLufs, -23, -10);
            Assert.InRange(settings.ReverbMix, 0, 0.6);
            Assert.InRange(settings.ReverbSeconds, 0.3, 4.5);
            Assert.InRange(settings.Width, 0, 1.5);
        });
        var all = Enumerable.Range(0, 2000).Select(i => ProductionDraw.Draw((ulong)i)).ToList();
        Assert.Equal(2000, all.Distinct().Count());
        foreach (
            var word in new[]
            {
                "lo-fi",
                "vinyl crackle",
                "tape wow",
                "overdriven",
                "saturated",
                "chorus effect",
                "large hall reverb",
                "hall reverb",
                "room reverb",
                "dry",
                "compressed",
                "bright",
                "dark",
            }
        )
            Assert.Contains(all, settings => settings.Words.Contains(word));
        Assert.Contains("lo-fi", ProductionDraw.Draw(3, ProductionProfile.LoFi).Words);
        Assert.Contains("dry", ProductionDraw.Draw(3, ProductionProfile.Dry).Words);
    }
}
