using Melody.Audio;
using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class SpectrogramSynthesizerTests
{
    private const int Hop = 480,
        Bands = 24;

    private static readonly ShortTimeGrid Grid = Sound.Grid;
    private static readonly int Bins = Grid.Bins;
    private static readonly SynthesisOptions Plain = new() { Iteration = false, BandGains = false };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ChunksMakeNoDifference(int channels)
    {
        var frames = StereoClip.Of(Sound.Plucks(24 * Hop), Sound.Plucks(24 * Hop, 6));
        var random = new Random(1);
        var spread = frames.Levels.Select(_ => (float)random.NextDouble() * 0.6f).ToArray();
        float[] Run(params int[] sizes)
        {
            var synthesizer = new SpectrogramSynthesizer(Grid, Sound.SampleRate, channels);
            var samples = new List<float>();
            for (int n = 0, i = 0; n < 24; i++)
            {
                int count = Math.Min(sizes[i % sizes.Length], 24 - n);
                samples.AddRange(
                    synthesizer.Push(
                        new()
                        {
                            LogMagnitudes = frames.Levels.AsSpan(n * Bins, count * Bins),
                            Balance = channels > 1 ? frames.Balance.AsSpan(n * Bands, count * Bands) : default,
                            Correlation = channels > 1 ? frames.Correlation.AsSpan(n * Bands, count * Bands) : default,
                            Spread = spread.AsSpan(n * Bins, count * Bins),
                        }
                    )
                );
                n += count;
            }
            samples.AddRange(synthesizer.Finish());
            return [.. samples];
        }
        var whole = Run(24);
        Assert.Equal(24 * Hop * channels, whole.Length);
        Assert.True(whole.Max() > 0.1);
        Assert.Equal(whole, Run(1));
        Assert.Equal(whole, Run(3, 1, 7));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void FramesGiveHops(int frames) => Assert.Equal(frames * Hop, Mono(new float[frames * Bins], new()).Length);

    /// <summary>Levels at the floor, at and below zero magnitude, with all corrections and with noise: samples of exactly zero.</summary>
    [Theory]
    [InlineData(1e-5f)]
    [InlineData(1e-40f)]
    [InlineData(0f)]
    public void SilenceStaysSilence(float magnitude)
    {
        var levels = Enumerable.Repeat(MathF.Log(magnitude), 12 * Bins).ToArray();
        Assert.All(Mono(levels, new()), x => Assert.Equal(0, x));
        var spread = Enumerable.Repeat(0.5f, levels.Length).ToArray();
        Assert.All(Mono(levels, new(), spread), x => Assert.Equal(0, x));
    }

    [Fact]
    public void FullScaleSineIsFullScale()
    {
        var frames = StereoClip.Of(Sound.Of(30 * Hop, i => Sound.Sine(i, 1003, 1)), Sound.Of(30 * Hop, i => Sound.Sine(i, 1003, 1)));
        Assert.Equal(0, frames.Levels.Max(), 0.03);
        var samples = Mono(frames.Levels, new());
        Assert.Equal(1, samples[(8 * Hop)..(22 * Hop)].Max(), 0.02);
    }

    /// <summary>Known frames of a sine, then its magnitudes only: the samples are the sine's, at the joint and after it.</summary>
    [Theory]
    [InlineData(441.3, false)]
    [InlineData(3001.7, true)]
    public void SineGoesOnFromKnownFrames(double hertz, bool corrected)
    {
        const int known = 12,
            total = 40;
        var sound = Sound.Of(total * Hop, i => Sound.Sine(i, hertz));
        var (re, im) = new ShortTimeTransform(Grid).Analyze(sound);
        var (levels, _) = Sound.Analyze(Grid, sound);
        var synthesizer = new SpectrogramSynthesizer(Grid, Sound.SampleRate, 1, corrected ? new() : Plain);
        var samples = new List<float>();
        for (int n = 0; n < known; n++)
            samples.AddRange(synthesizer.PushKnown(new(re[(n * Bins)..((n + 1) * Bins)], im[(n * Bins)..((n + 1) * Bins)], [], [])));
        float[] rest = [.. levels[(known * Bins)..].Select(level => level - MathF.Log(Grid.FullScale))];
        samples.AddRange(synthesizer.Push(new() { LogMagnitudes = rest }));
        samples.AddRange(synthesizer.Finish());
        Assert.Equal(sound.Length, samples.Count);
        for (int i = 0; i < (total - 4) * Hop; i++)
            Assert.Equal(sound[i], samples[i], i < (known - 3) * Hop ? 1e-4 : 0.02);
        // the second difference of a sine is at most its amplitude times (2 sin(omega / 2))^2: a jump or kink would exceed it
        double bound = 0.5 * Math.Pow(2 * Math.Sin(Math.PI * hertz / Sound.SampleRate), 2);
        for (int i = (known - 3) * Hop; i < (known + 4) * Hop; i++)
            Assert.InRange(Math.Abs(samples[i - 1] - 2 * samples[i] + samples[i + 1]), 0, 1.1 * bound + 1e-4);
    }

    /// <summary>The same in stereo, a sine left of the middle: both channels go on, each at its level.</summary>
    [Theory]
    [InlineData(441.3, false)]
    [InlineData(3001.7, true)]
    public void PannedSineGoesOnFromKnownFrames(double hertz, bool corrected)
    {
        const int known = 12,
            total = 40;
        double[] amplitudes = [0.4, 0.2];
        var channels = amplitudes.Select(a => Sound.Of(total * Hop, i => a * Sound.Sine(i, hertz))).ToArray();
        var spectra = channels.Select(channel => new ShortTimeTransform(Grid).Analyze(channel)).ToArray();
        var synthesizer = new SpectrogramSynthesizer(Grid, Sound.SampleRate, 2, corrected ? new() : Plain);
        var samples = new List<float>();
        for (int n = 0; n < known; n++)
        {
            var frame = (n * Bins)..((n + 1) * Bins);
            samples.AddRange(
                synthesizer.PushKnown(new(spectra[0].Re[frame], spectra[0].Im[frame], spectra[1].Re[frame], spectra[1].Im[frame]))
            );
        }
        float[] rest =
        [
            .. Enumerable
                .Range(known * Bins, (total - known) * Bins)
                .Select(i => spectra.Sum(c => (double)c.Re[i] * c.Re[i] + (double)c.Im[i] * c.Im[i]) / 2)
                .Select(power => (float)(0.5 * Math.Log(power + 1e-20) - Math.Log(Grid.FullScale))),
        ];
        const int figures = (total - known) * StereoBands.Count;
        samples.AddRange(
            synthesizer.Push(
                new()
                {
                    LogMagnitudes = rest,
                    Balance = [.. Enumerable.Repeat(0.6f, figures)], // (0.16 - 0.04) / (0.16 + 0.04)
                    Correlation = [.. Enumerable.Repeat(1f, figures)],
                }
            )
        );
        samples.AddRange(synthesizer.Finish());
        Assert.Equal(2 * total * Hop, samples.Count);
        for (int c = 0; c < 2; c++)
        {
            for (int i = 0; i < (total - 4) * Hop; i++)
                Assert.Equal(channels[c][i], samples[2 * i + c], i < (known - 3) * Hop ? 1e-4 : 0.02);
            double bound = amplitudes[c] * 0.5 * Math.Pow(2 * Math.Sin(Math.PI * hertz / Sound.SampleRate), 2);
            for (int i = (known - 3) * Hop; i < (known + 4) * Hop; i++)
                Assert.InRange(Math.Abs(samples[2 * i - 2 + c] - 2 * samples[2 * i + c] + samples[2 * i + 2 + c]), 0, 1.2 * bound + 2e-4);
        }
    }

    /// <summary>Noise whose magnitudes are known as a median only, with its spread: the energy of the noise comes back.</summary>
    [Fact]
    public void NoiseKeepsItsEnergy()
    {
        const int frames = 40;
        var random = new Random(4);
        var noise = Sound.Of(frames * Hop, _ => (random.NextDouble() - 0.5) * 0.4);
        // bins of white noise of variance v are Rayleigh distributed with median sqrt(v sum w^2 ln 2)
        double energy = Grid.Window.Sum(w => (double)w * w) * 0.16 / 12;
        float median = (float)Math.Log(Math.Sqrt(energy * Math.Log(2)) / Grid.FullScale);
        var levels = Enumerable.Repeat(median, frames * Bins).ToArray();
        var spread = Enumerable.Repeat(0.49f, frames * Bins).ToArray();
        var samples = Mono(levels, new(), spread);
        Assert.Equal(0, Decibels(samples, noise), 0.5);
        double tonal = Decibels(Mono(levels, Plain), noise);
        Assert.True(tonal < -1.5, $"{tonal} dB without the spread");
    }

    private static double Decibels(float[] sound, float[] reference) =>
        10 * Math.Log10(sound.Sum(x => (double)x * x) / reference.Sum(x => (double)x * x));

    private static float[] Mono(float[] levels, SynthesisOptions options, float[]? spread = null)
    {
        var synthesizer = new SpectrogramSynthesizer(Grid, Sound.SampleRate, 1, options);
        return [.. synthesizer.Push(new() { LogMagnitudes = levels, Spread = spread }), .. synthesizer.Finish()];
    }
}
