using CsCheck;
using Melody.Audio;
using Melody.Evaluation.Metrics;
using Melody.Tests.Audio;

namespace Melody.Tests.Evaluation;

/// <summary>Measures of sound against closed forms.</summary>
public sealed class SoundMetricTests
{
    private const int Rate = 24_000;

    private static AudioClip Clip(params float[] samples) => new(samples, Rate);

    private static float[] Scale(float[] samples, double gain) => [.. samples.Select(s => (float)(s * gain))];

    [Fact]
    public void A_gain_is_the_distance_in_decibels()
    {
        var noise = Sounds.Noise(1, 2 * Rate, 0.9);
        var pair = new SoundPair(Clip(noise), Clip(Scale(noise, 0.5)));
        double decibels = 20 * Math.Log10(2);
        Assert.Equal(decibels, LogStftDistance.Of(pair), 0.02); // a bin in thousands dips under the floor
        Assert.Equal(decibels, MelDistance.Of(pair), 1e-3);
        Assert.Equal(-decibels, LoudnessError.Of(pair), 1e-3);
        Assert.Equal(0, SpectralShape.Error(pair).Centroid, 1e-2);
        var same = new SoundPair(Clip(noise), Clip(noise));
        Assert.Equal((0.0, 0.0, 0.0), (LogStftDistance.Of(same), MelDistance.Of(same), LoudnessError.Of(same)));
    }

    [Fact]
    public void Distances_know_the_order_of_distortions()
    {
        var noise = Sounds.Noise(2, Rate, 0.5);
        var other = Sounds.Noise(3, Rate, 0.5);
        double last = 0;
        foreach (double share in new[] { 0.01, 0.1, 1 })
        {
            var pair = new SoundPair(Clip(noise), Clip([.. noise.Zip(other, (a, b) => (float)(a + share * b))]));
            Assert.True(LogStftDistance.Of(pair) > last);
            last = LogStftDistance.Of(pair);
        }
    }

    [Fact]
    public void Si_sdr_of_orthogonal_noise_is_the_ratio_of_energies_at_any_scale()
    {
        // two sines of whole periods are orthogonal
        var signal = Sounds.Sine(100, Rate, Rate, 0.5);
        Gen.Select(Gen.Double[0.001, 0.4], Gen.Double[0.1, 3])
            .Sample(
                (noise, scale) =>
                {
                    var distortion = Sounds.Sine(300, Rate, Rate, noise);
                    var estimate = signal.Zip(distortion, (s, d) => (float)(scale * (s + d))).ToArray();
                    Assert.Equal(20 * Math.Log10(0.5 / noise), ScaleInvariantSdr.Of(new(Clip(signal), Clip(estimate))), 0.01);
                },
                iter: 20
            );
        Assert.True(ScaleInvariantSdr.Of(new(Clip(signal), Clip(Scale(signal, -0.5)))) > 120);
        Assert.True(ScaleInvariantSdr.Of(new(Clip(signal), Clip(Sounds.Sine(300, Rate, Rate)))) < -60);
        Assert.True(double.IsNaN(ScaleInvariantSdr.Of(new(Clip(signal), Clip(new float[Rate])))));
    }

    [Fact]
    public void Centroid_and_bandwidth_of_two_equal_sines_are_their_middle_and_half_their_distance()
    {
        // on bin centres of 2048 samples, far apart, so that the window's skirts matter little
        double step = (double)Rate / 2048,
            low = 100 * step,
            high = 300 * step;
        var sum = Sounds.Sine(low, Rate, Rate, 0.4).Zip(Sounds.Sine(high, Rate, Rate, 0.4), (a, b) => a + b).ToArray();
        var shape = SpectralShape.Of(Clip(sum));
        Assert.Equal((low + high) / 2, shape.Centroid[10], 1.0);
        Assert.Equal((high - low) / 2, shape.Bandwidth[10], 1.0);
        Assert.All(SpectralShape.Of(Clip(new float[Rate])).Centroid, c => Assert.True(double.IsNaN(c)));
        var one = Sounds.Sine(low, Rate, Rate, 0.4);
        Assert.Equal(100 * step, SpectralShape.Error(new(Clip(one), Clip(Sounds.Sine(2 * low, Rate, Rate, 0.4)))).Centroid, 20.0);
    }

    // equal sines, so that the cosine of two chords is the share of the notes that they have in common
    private static AudioClip Chords(params int[][] chords) =>
        Clip([
            .. chords.SelectMany(keys =>
                Enumerable
                    .Range(0, 2 * Rate)
                    .Select(i => (float)keys.Sum(key => 0.2 * Math.Sin(2 * Math.PI * 440 * Math.Pow(2, (key - 69) / 12.0) * i / Rate)))
            ),
        ]);

    [Fact]
    public void Harmony_moves_by_the_notes_that_two_chords_do_not_share()
    {
        int[] c = [60, 64, 67],
            a = [57, 60, 64],
            high = [72, 76, 67],
            far = [61, 66, 70];
        Assert.Equal(0, HarmonicMotion.Of(Chords(c, c, c, c)), 0.01);
        Assert.Equal(0, HarmonicMotion.Of(Chords(c, high, c, high)), 0.02); // the octave does not count
        // chords of two seconds: every other step is a change
        double near = HarmonicMotion.Of(Chords(c, a, c, a, c, a)),
            wide = HarmonicMotion.Of(Chords(c, far, c, far, c, far));
        Assert.Equal(1.0 / 3 / 2, near, 0.06);
        Assert.Equal(1.0 / 2, wide, 0.12);
        Assert.True(double.IsNaN(HarmonicMotion.Of(Clip(new float[4 * Rate]))));
        Assert.True(double.IsNaN(HarmonicMotion.Of(Chords(c).Slice(0, Rate)))); // one second has no next
    }

    [Fact]
    public void Silence_and_clipping_are_counted()
    {
        float[] sound = [.. Sounds.Sine(440, Rate, Rate, 0.5), .. new float[3 * Rate]];
        Assert.Equal(0.75, SilenceShare.Of(Clip(sound)), 1e-9);
        Assert.Equal(0, SilenceShare.Of(Clip(Sounds.Sine(440, Rate, Rate, 0.002))));
        Assert.Equal(1, SilenceShare.Of(Clip(Sounds.Sine(440, Rate, Rate, 0.001))));
        Assert.Equal(0.5, ClippingShare.Of(Clip(1, 1, -1, 0, 1, 0, 0.5f, 0.99f, -1, -1)), 1e-9);
        // only the left channel's first two
        Assert.Equal(0.5, ClippingShare.Of(new AudioClip([1, 0, 1, 1, 0, 0, 1, 1], Rate, 2)) * 2, 1e-9);
    }

    [Fact]
    public void A_cut_is_heard_as_a_seam_and_steady_noise_is_not()
    {
        var noise = Sounds.Noise(4, 4 * Rate, 0.3);
        int[] seams = [Rate, 2 * Rate, 3 * Rate];
        Assert.InRange(SeamStrength.Of(Clip(noise), seams), 0.85, 1.15);
        var cut = noise.ToArray();
        foreach (int seam in seams)
            cut.AsSpan(seam - 1200, 1200).Clear();
        Assert.True(SeamStrength.Of(Clip(cut), seams) > 2);
        Assert.True(double.IsNaN(SeamStrength.Of(Clip(noise), [0])));
    }

    [Fact]
    public void Unlike_sounds_are_refused() => Assert.Throws<ArgumentException>(() => new SoundPair(Clip(1, 2), Clip(1)));
}
