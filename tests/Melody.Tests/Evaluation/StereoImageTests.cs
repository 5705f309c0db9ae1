using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Evaluation.Chain;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Metrics;
using Melody.Tests.Audio;
using Melody.Tests.Corpus.Storage;

namespace Melody.Tests.Evaluation;

/// <summary>Stereo in the scores: closed forms of width, correlation and mono loss, and channels that reach the judges.</summary>
public sealed class StereoImageTests
{
    private const int Rate = 48_000;

    private static StereoImage Of(float[] left, float[] right, int rate = Rate) =>
        StereoImage.Of(new(Sounds.Interleave(left, right), rate, 2))!;

    private static float[] Times(float[] samples, double gain) => [.. samples.Select(s => (float)(gain * s))];

    [Theory]
    [InlineData(24_000)]
    [InlineData(48_000)]
    public void Unrelated_channels_of_equal_power_lose_three_decibels(int rate)
    {
        var image = Of(Sounds.Noise(1, 2 * rate), Sounds.Noise(2, 2 * rate), rate);
        Assert.Equal(0, image.Width, 0.2);
        Assert.Equal(0, image.Correlation, 0.03);
        Assert.Equal(10 * Math.Log10(2), image.MonoLoss, 0.1);
        Assert.InRange(image.WorstBandLoss, 2.5, 4.5); // the lowest band has few bins
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.0)]
    [InlineData(-0.25)]
    [InlineData(-1.0)]
    public void One_sound_with_two_gains_has_closed_forms(double gain)
    {
        float[] left = Sounds.Noise(3, Rate);
        var image = Of(left, Times(left, gain));
        Assert.Equal(Math.Clamp(20 * Math.Log10(Math.Abs((1 - gain) / (1 + gain))), -60, 60), image.Width, 1e-3);
        double loss = Math.Min(60, 10 * Math.Log10(2 * (1 + gain * gain) / ((1 + gain) * (1 + gain))));
        Assert.Equal(loss, image.MonoLoss, 1e-3);
        Assert.Equal(loss, image.WorstBandLoss, 0.01);
        if (gain == 0)
            Assert.True(double.IsNaN(image.Correlation));
        else
            Assert.Equal(Math.Sign(gain), image.Correlation, 1e-6);
    }

    [Fact]
    public void A_soft_band_of_opposite_phases_is_found_in_loud_music_and_one_that_nobody_hears_is_not()
    {
        float[] bass = Sounds.Sine(100, Rate, Rate, 0.5);
        StereoImage With(double amplitude)
        {
            float[] treble = Sounds.Sine(5000, Rate, Rate, amplitude);
            return Of([.. bass.Zip(treble, (a, b) => a + b)], [.. bass.Zip(treble, (a, b) => a - b)]);
        }
        Assert.True(With(0.05).WorstBandLoss > 40); // -20 dB
        Assert.Equal(10 * Math.Log10(1 + 0.01), With(0.05).MonoLoss, 1e-3);
        Assert.True(With(0.5e-3).WorstBandLoss < 1); // -60 dB
    }

    [Fact]
    public void One_channel_and_silence_have_no_image()
    {
        Assert.Null(StereoImage.Of(new(Sounds.Noise(1, Rate), Rate)));
        Assert.Null(StereoImage.Of(new(new float[2 * Rate], Rate, 2)));
    }

    [Fact]
    public void Medians_leave_out_clips_of_one_channel()
    {
        Hearing Heard(double partials, StereoImage? image) => new(120, "none", false, -14, 0, 0, 0, new(partials, 30), image, [], null);
        var scores = SoundScores.Of([
            Heard(10, new(-20, 0.9, 0.1, 1)),
            Heard(20, new(-10, double.NaN, 0.5, 9)),
            Heard(0, new(-2, 0.2, 3, 2)),
            Heard(12, null),
        ]);
        Assert.Equal(new(14, 30, 3, -10, 0.55, 0.5, 2), scores with { Correlation = Math.Round(scores.Correlation, 9) });
        Assert.Contains("| width: side to middle, dB | -10.0 | -10.0 |", scores.Table(scores).ToMarkdown(), StringComparison.Ordinal);
        var mono = SoundScores.Of([Heard(10, null)]);
        Assert.DoesNotContain("width", mono.Table(mono).ToMarkdown(), StringComparison.Ordinal);
    }

    // a burst with opposite phases, which the sum of both channels does not hold
    [Theory]
    [InlineData(24_000)]
    [InlineData(48_000)]
    public void A_seam_that_mono_hides_is_heard_in_stereo(int rate)
    {
        float[] left = Sounds.Noise(4, 3 * rate, 0.1),
            right = Sounds.Noise(5, 3 * rate, 0.1),
            burst = Sounds.Noise(6, rate / 20, 0.8);
        int[] borders = [rate, 2 * rate];
        for (int i = 0; i < burst.Length; i++)
        {
            left[borders[1] + i] += burst[i];
            right[borders[1] + i] -= burst[i];
        }
        AudioClip clip = new(Sounds.Interleave(left, right), rate, 2);
        Assert.Equal(1, SeamStrength.Measure(clip, borders)!.Louder);
        Assert.True(SeamStrength.Measure(clip, borders)!.LoudestRatio > 1.5);
        Assert.True(SeamStrength.Measure(clip.ToMono(), borders)!.LoudestRatio < 1.3);
    }

    [Fact]
    public void Held_out_music_keeps_its_channels_at_the_rate_of_the_model()
    {
        using var folder = new TemporaryFolder();
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            SampleRate = Rate,
            Channels = 2,
            PiecesPerShard = 1,
            WindowSeconds = 1.5,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        using var corpus = CorpusReader.Open(folder["corpus"]);
        var (whole, half, folded) = (Read(Rate, false), Read(Rate / 2, false), Read(Rate / 2, true));
        Assert.Equal((2, Rate, 3 * Rate / 2), (whole.Channels, whole.SampleRate, whole.Frames));
        Assert.Equal((2, Rate / 2, 3 * Rate / 4), (half.Channels, half.SampleRate, half.Frames));
        Assert.Equal((1, Rate / 2), (folded.Channels, folded.SampleRate));
        for (int n = 100; n < half.Frames - 100; n++)
            Assert.Equal(SinePieces.Sample(0, 0, n, Rate / 2), half.Samples[2 * n], 1e-3);
        Assert.Throws<MelodyException>(() => Read(2 * Rate, false));

        AudioClip Read(int rate, bool fold) => HeldOutWindow.Read(corpus, DatasetSplit.Train, 1, rate, fold)[0].Clip;
    }
}
