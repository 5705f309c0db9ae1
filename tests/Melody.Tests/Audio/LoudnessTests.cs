using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Loudness and peaks against the facts of ITU-R BS.1770-4 and EBU Tech 3341 and 3342, and against ffmpeg.</summary>
public sealed partial class LoudnessTests : FolderTest
{
    [Fact]
    public void CoefficientsAt48KilohertzAreTheStandards()
    {
        double[] shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585];
        double[] highPass = [1, -2, 1, -1.99004745483398, 0.99007225036621];
        Assert.All(shelf.Zip(KWeighting.Shelf(48000).Coefficients), p => Assert.Equal(p.First, p.Second, 1e-8));
        Assert.All(highPass.Zip(KWeighting.HighPass(48000).Coefficients), p => Assert.Equal(p.First, p.Second, 1e-8));
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(24000)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(192000)]
    public void AFullScaleToneInOneChannelReadsMinus3(int rate)
    {
        var clip = new AudioClip(Sounds.Interleave(Sounds.Sine(997, rate, rate), new float[rate]), rate, 2);
        // the bilinear transform bends the shelf near half the rate
        Assert.Equal(-3.01, LoudnessMeter.Of(clip).Integrated, rate < 24000 ? 0.1 : 0.03);
    }

    [Theory]
    [InlineData(-23.0, new[] { -23, 20.0 })] // case 1
    [InlineData(-33.0, new[] { -33, 20.0 })] // case 2
    [InlineData(-23.0, new[] { -36, 10.0, -23, 60, -36, 10 })] // case 3
    [InlineData(-23.0, new[] { -72, 10.0, -36, 10, -23, 60, -36, 10, -72, 10 })] // case 4
    [InlineData(-23.0, new[] { -26, 20.0, -20, 20.1, -26, 20 })] // case 5
    public void CasesOfTech3341(double expected, double[] parts)
    {
        const int rate = 8000;
        var tone = Tone(rate, parts);
        Assert.Equal(expected, LoudnessMeter.Of(new AudioClip(Sounds.Interleave(tone, tone), rate, 2)).Integrated, 0.1);
    }

    [Fact]
    public void SurroundCaseOfTech3341()
    {
        const int rate = 16000;
        float[] front = Tone(rate, [-28, 20.0]),
            centre = Tone(rate, [-24, 20.0]),
            back = Tone(rate, [-30, 20.0]);
        Assert.Equal(-23, LoudnessMeter.Of(new AudioClip(Sounds.Interleave(front, front, centre, back, back), rate, 5)).Integrated, 0.1);
        // The low-frequency channel of 5.1 does not count.
        Assert.Equal(
            -23,
            LoudnessMeter.Of(new AudioClip(Sounds.Interleave(front, front, centre, front, back, back), rate, 6)).Integrated,
            0.1
        );
    }

    [Theory]
    [InlineData(10, new[] { -20, 20.0, -30, 20 })]
    [InlineData(5, new[] { -20, 20.0, -15, 20 })]
    [InlineData(20, new[] { -40, 20.0, -20, 20 })]
    [InlineData(15, new[] { -50, 20.0, -35, 20, -20, 20, -35, 20, -50, 20 })]
    public void CasesOfTech3342(double expected, double[] parts)
    {
        var tone = Tone(8000, parts);
        Assert.Equal(expected, LoudnessMeter.Of(new AudioClip(Sounds.Interleave(tone, tone), 8000, 2)).Range, 1.0);
    }

    [Theory]
    [InlineData(4, 0, 0.5, -6)] // case 15
    [InlineData(4, 45, 0.5, -6)]
    [InlineData(6, 60, 0.5, -6)]
    [InlineData(8, 67.5, 0.5, -6)]
    [InlineData(4, 45, 1.41, 3)] // case 19
    public void PeaksOfTech3341(double divisor, double degrees, double amplitude, double expected)
    {
        var tone = Sounds.Sine(48000 / divisor, 48000, 4800, amplitude, degrees * Math.PI / 180);
        for (int i = 0; i < 480; i++) // no click at the ends, which would peak higher
        {
            tone[i] *= i / 480f;
            tone[^(i + 1)] *= i / 480f;
        }
        Assert.InRange(TruePeak.Of(new AudioClip(tone, 48000)), expected - 0.4, expected + 0.2);
    }

    [Fact]
    public void SilenceAndSnippetsHaveAnAnswer()
    {
        Assert.Equal(double.NegativeInfinity, LoudnessMeter.Of(new AudioClip(new float[48000], 48000)).Integrated);
        Assert.Equal(double.NegativeInfinity, LoudnessMeter.Of(new AudioClip([], 48000)).Integrated);
        Assert.Equal(double.NegativeInfinity, TruePeak.Of(new AudioClip(new float[100], 48000)));
        Assert.Equal(-3.01, LoudnessMeter.Of(new AudioClip(Sounds.Sine(997, 48000, 9600), 48000)).Integrated, 0.3);
        Assert.Throws<MelodyException>(() => LoudnessMeter.Of(new AudioClip([], 2000)));
    }

    [Fact]
    public void BlocksMeasureTheSame()
    {
        var noise = Sounds.Noise(1, 2 * 16000);
        var whole = new LoudnessMeter(16000, 2);
        whole.Add(noise);
        var parts = new LoudnessMeter(16000, 2);
        foreach (var part in noise.Chunk(2 * 777))
            parts.Add(part);
        Assert.Equal(whole.Integrated, parts.Integrated);
    }

    [Theory]
    [InlineData(1, 48000)]
    [InlineData(2, 24000)]
    public void AnotherProgramMeasuresTheSame(int channels, int rate)
    {
        var clip = Music(rate, channels, 8);
        clip.Write(In("a.wav"), new() { BitDepth = 32 });
        var report = Sounds.Run("ffmpeg", "-hide_banner", "-nostats", "-i", In("a.wav"), "-af", "ebur128=peak=true", "-f", "null", "-");
        report = report[report.LastIndexOf("Summary:", StringComparison.Ordinal)..];
        var meter = LoudnessMeter.Of(clip);
        Assert.Equal(Number(LoudnessLine().Match(report)), meter.Integrated, 0.11);
        Assert.Equal(Number(RangeLine().Match(report)), meter.Range, 0.21);
        Assert.Equal(Number(PeakLine().Match(report)), TruePeak.Of(clip), 0.25);
    }

    [Theory]
    [InlineData(1, 24000, 0.02)]
    [InlineData(2, 48000, 0.9)]
    [InlineData(1, 44100, 6)]
    public void NormalisedMusicHasItsLoudnessAndRoom(int channels, int rate, double amplitude)
    {
        var music = Music(rate, channels, 3);
        var clip = new AudioClip([.. music.Samples.ToArray().Select(s => (float)(s * amplitude))], rate, channels);
        var result = LoudnessNormalizer.Normalize(clip);
        Assert.Equal(clip.Frames, result.Frames);
        Assert.Equal(-14, LoudnessMeter.Of(result).Integrated, 0.1);
        Assert.InRange(TruePeak.Of(result), double.NegativeInfinity, -1);
        // An independent interpolation (eight times, through the resampler) agrees about the peaks.
        var eight = result.Resample(Math.Min(8 * rate, AudioClip.MaximumSampleRate));
        Assert.InRange(Sounds.Decibels(eight.Samples.ToArray().Max(Math.Abs)), double.NegativeInfinity, -0.9);
    }

    [Fact]
    public void SilenceStaysSilence()
    {
        var silence = new AudioClip(new float[30000], 24000);
        Assert.Equal(silence.Samples.ToArray(), LoudnessNormalizer.Normalize(silence).Samples.ToArray());
        Assert.Empty(LoudnessNormalizer.Normalize(new AudioClip([], 24000)).Samples.ToArray());
        Assert.Equal(0, LoudnessNormalizer.GainFor(double.NegativeInfinity));
        Assert.Equal(6, LoudnessNormalizer.GainFor(-20));
        Assert.Equal(40, LoudnessNormalizer.GainFor(-69));
    }

    [Fact]
    public void LimiterInBlocksEqualsOnePass() =>
        Gen.Select(Gen.Int[0, 4000], Gen.Int[1, 2], Gen.Int[1, 900], Gen.Double[-6, 18])
            .Sample(
                (frames, channels, block, gain) =>
                {
                    var samples = Sounds.Noise(frames, frames * channels);
                    for (int i = 0; i < samples.Length; i++)
                        samples[i] *= (float)Math.Pow(Math.Sin(i * 0.002), 4);
                    var once = new StreamingLimiter(24000, channels, gain);
                    float[] expected = [.. once.Process(samples), .. once.Finish()];
                    var limiter = new StreamingLimiter(24000, channels, gain);
                    var output = new List<float>();
                    foreach (var part in samples.Chunk(block * channels))
                        output.AddRange(limiter.Process(part));
                    output.AddRange(limiter.Finish());
                    Assert.Equal(expected, output);
                    Assert.Equal(samples.Length, output.Count);
                    Assert.InRange(TruePeak.Of(new AudioClip(output.ToArray(), 24000, channels)), double.NegativeInfinity, -1);
                },
                iter: 40
            );

    [Fact]
    public void QuietSoundPassesUnchanged()
    {
        var samples = Sounds.Noise(4, 6000, 0.4);
        var limiter = new StreamingLimiter(24000, 2);
        float[] output = [.. limiter.Process(samples), .. limiter.Finish()];
        Assert.Equal(samples, output);
    }

    [Fact]
    public void ThePeakIsLoweredAndItsSurroundingsRecover()
    {
        var samples = Sounds.Sine(200, 24000, 24000, 0.5);
        for (int i = 0; i < 50; i++)
            samples[12000 + i] *= 4;
        var limiter = new StreamingLimiter(24000, 1);
        float[] output = [.. limiter.Process(samples), .. limiter.Finish()];
        Assert.Equal(samples[..11700], output[..11700]); // nothing before the look-ahead
        Assert.InRange(output.Max(Math.Abs), 0, 0.8913f);
        for (int i = 23000; i < 24000; i++)
            Assert.Equal(samples[i], output[i], 1e-3);
        for (int i = 0; i < samples.Length; i++)
            Assert.True(Math.Abs(output[i]) <= Math.Abs(samples[i]));
    }

    [Fact]
    public void SlidingMinimumIsTheMinimum() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 20].Array[1, 60])
            .Sample(
                (width, values) =>
                {
                    var sliding = new SlidingMinimum(width);
                    for (int i = 0; i < values.Length; i++)
                        Assert.Equal(values[Math.Max(0, i - width + 1)..(i + 1)].Min(), sliding.Add(values[i]));
                },
                iter: 200
            );

    /// <summary>1 kHz at levels in dBFS for so many seconds each.</summary>
    private static float[] Tone(int rate, double[] parts)
    {
        var wave = Sounds.Sine(1000, rate, (int)(parts.Where((_, i) => i % 2 == 1).Sum() * rate));
        int at = 0;
        for (int part = 0; part < parts.Length; part += 2)
        {
            float amplitude = (float)Math.Pow(10, parts[part] / 20);
            for (int end = at + (int)(parts[part + 1] * rate); at < end; at++)
                wave[at] *= amplitude;
        }
        return wave;
    }

    /// <summary>Chords with drums: loud and quiet seconds, peaks far above the mean.</summary>
    private static AudioClip Music(int rate, int channels, int seconds)
    {
        var noise = Sounds.Noise(9, rate / 10);
        var samples = new float[rate * seconds * channels];
        for (int i = 0; i < rate * seconds; i++)
        {
            double t = (double)i / rate,
                beat = t * 2 % 1,
                swell = 0.05 + 0.1 * (int)(t / 2 % 2);
            double chord = new[] { 220, 277.2, 329.6, 1318.5 }.Sum(f => Math.Sin(2 * Math.PI * f * t));
            double drum = beat < 0.2 ? 0.6 * Math.Exp(-30 * beat) * noise[i % noise.Length] : 0;
            for (int c = 0; c < channels; c++)
                samples[i * channels + c] = (float)(swell * chord * (c == 0 ? 1 : 0.7) + drum);
        }
        return AudioClip.Adopt(samples, rate, channels);
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"I:\s+(-?[\d.]+) LUFS")]
    private static partial Regex LoudnessLine();

    [GeneratedRegex(@"LRA:\s+(-?[\d.]+) LU")]
    private static partial Regex RangeLine();

    [GeneratedRegex(@"Peak:\s+(-?[\d.]+) dBFS")]
    private static partial Regex PeakLine();
}
