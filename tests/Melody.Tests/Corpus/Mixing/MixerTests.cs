using CsCheck;
using Melody.Corpus.Mixing;
using Melody.Corpus.Rendering;

namespace Melody.Tests.Corpus.Mixing;

public sealed class MixerTests
{
    private const int Rate = 48_000;

    private static float[] Noise(int seed, int length = Rate)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Sine(double hertz, int length = Rate) =>
        [.. Enumerable.Range(0, length).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / Rate))];

    private static double Energy(IEnumerable<float> samples) => samples.Sum(x => (double)x * x);

    private static float[][] Mix(Stem stem, PartMix mix, int channels = 2) => Mixer.Mix([stem], [mix], Rate, channels).Dry.Channels;

    [Theory]
    [InlineData(-0.8)]
    [InlineData(-0.3)]
    [InlineData(0)]
    [InlineData(0.6)]
    public void A_part_is_louder_on_its_side_by_the_tangent_of_its_angle(double pan)
    {
        var noise = Noise(1);
        var mixed = Mix(new Stem(0, noise, noise), new PartMix { Pan = pan });
        var levels = Math.Sqrt(Energy(mixed[1]) / Energy(mixed[0]));
        Assert.Equal(Math.Tan((pan + 1) * Math.PI / 4), levels, 1e-4);
        Assert.Equal(2 * Energy(noise), Energy(mixed[0]) + Energy(mixed[1]), 1e-3 * Energy(noise));
    }

    [Fact]
    public void A_strip_that_does_nothing_changes_nothing()
    {
        var stem = new Stem(3, Noise(1), Noise(2));
        var mixed = Mixer.Mix([stem], [new PartMix()], Rate, 2);
        // Independent sides: their middle and their difference are equally loud, so the guard has nothing to do but for chance.
        for (var n = 0; n < Rate; n += 7)
        {
            Assert.Equal(stem.Left[n], mixed.Dry.Channels[0][n], 5e-3);
            Assert.Equal(stem.Right[n], mixed.Dry.Channels[1][n], 5e-3);
        }
        Assert.Equal(mixed.Dry.Channels, mixed.Send!);
    }

    [Fact]
    public void Whatever_the_strip_does_the_mono_sum_of_a_part_keeps_about_half_of_its_energy()
    {
        Gen.Select(Gen.Double[-0.9, 0.9], Gen.Double[0, 1.2], Gen.Double[0, 0.4], Gen.Double[0, 0.8], Gen.Double[-0.95, 1])
            .Sample(
                (pan, width, spread, decorrelation, likeness) =>
                {
                    // From the same sound on both sides (1) to nearly its opposite (-0.95).
                    var (left, other) = (Noise(1, 20_000), Noise(2, 20_000));
                    var right = left.Select((x, n) => (float)(likeness * x + Math.Sqrt(1 - likeness * likeness) * other[n])).ToArray();
                    var mix = new PartMix
                    {
                        Pan = pan,
                        Width = width,
                        Spread = spread,
                        Decorrelation = decorrelation,
                    };
                    var mixed = Mix(new Stem(0, left, right), mix);
                    var mono = Energy(mixed[0].Zip(mixed[1], (l, r) => (float)((l + r) / Math.Sqrt(2))));
                    Assert.InRange(10 * Math.Log10(mono / (Energy(mixed[0]) + Energy(mixed[1]))), -3.6, 0.01);
                },
                iter: 60
            );
    }

    [Fact]
    public void Spread_puts_low_notes_left_and_high_ones_right_and_leaves_the_mono_sum_alone()
    {
        foreach (var (hertz, lower, higher) in new[] { (80.0, 1, 0), (4000.0, 0, 1) })
        {
            var sine = Sine(hertz);
            var mixed = Mix(new Stem(0, sine, sine), new PartMix { Spread = 0.3 });
            Assert.True(Energy(mixed[lower]) < 0.4 * Energy(mixed[higher]), $"{hertz} Hz");
            for (var n = 0; n < Rate; n += 7)
                Assert.Equal(sine[n], 0.5 * (mixed[0][n] + mixed[1][n]), 1e-5);
        }
    }

    [Fact]
    public void A_decorrelated_part_is_wide_but_for_its_bass_and_the_same_in_mono()
    {
        double Correlation(float[] sound)
        {
            var mixed = Mix(new Stem(0, sound, sound), new PartMix { Decorrelation = 0.6 });
            for (var n = 0; n < sound.Length; n += 7)
                Assert.Equal(sound[n], 0.5 * (mixed[0][n] + mixed[1][n]), 1e-5);
            return mixed[0].Zip(mixed[1], (l, r) => (double)l * r).Sum() / Math.Sqrt(Energy(mixed[0]) * Energy(mixed[1]));
        }
        Assert.InRange(Correlation(Noise(1)), 0.2, 0.75);
        Assert.True(Correlation(Sine(15)) > 0.9);
    }

    [Fact]
    public void Level_low_cut_bell_and_send_do_what_they_say()
    {
        var sine = Sine(100);
        var stem = new Stem(0, sine, sine);
        double Decibels(PartMix mix) => 10 * Math.Log10(Energy(Mix(stem, mix)[0][(Rate / 2)..]) / Energy(sine[(Rate / 2)..]));
        Assert.Equal(-4, Decibels(new PartMix { GainDecibels = -4 }), 0.001);
        Assert.Equal(-3.01, Decibels(new PartMix { LowCutHertz = 100 }), 0.05);
        Assert.True(Decibels(new PartMix { LowCutHertz = 400 }) < -23);
        Assert.Equal(2, Decibels(new PartMix { BellHertz = 100, BellDecibels = 2 }), 0.05);
        var far = Mixer.Mix([stem], [new PartMix { SendDecibels = 6 }], Rate, 2);
        Assert.Equal(6, 10 * Math.Log10(Energy(far.Send![0]) / Energy(far.Dry.Channels[0])), 0.001);
    }

    [Fact]
    public void In_mono_a_part_is_as_loud_as_it_was_wherever_it_stands()
    {
        var (left, right) = (Noise(1), Noise(2));
        var mixed = Mix(new Stem(0, left, right), new PartMix { Pan = -0.9, Decorrelation = 0.5 }, channels: 1);
        Assert.Single(mixed);
        for (var n = 0; n < Rate; n += 5)
            Assert.Equal(0.5 * (left[n] + right[n]), mixed[0][n], 1e-6);
    }

    [Fact]
    public void Parts_add_up()
    {
        var stems = Enumerable.Range(0, 3).Select(i => new Stem(i, Noise(i), Noise(i + 10))).ToArray();
        PartMix[] mixes =
        [
            new() { Pan = -0.5, SendDecibels = -3 },
            new() { Width = 0.5, GainDecibels = 1 },
            new() { Spread = 0.2, LowCutHertz = 90 },
        ];
        var whole = Mixer.Mix(stems, mixes, Rate, 2);
        var alone = stems.Select((stem, i) => Mixer.Mix([stem], [mixes[i]], Rate, 2)).ToArray();
        for (var n = 0; n < Rate; n += 3)
        {
            Assert.Equal(alone.Sum(part => part.Dry.Channels[1][n]), whole.Dry.Channels[1][n], 1e-5);
            Assert.Equal(alone.Sum(part => part.Send![0][n]), whole.Send![0][n], 1e-5);
        }
    }
}
