using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Tones through the resampler: they come out as themselves, or not at all.</summary>
public sealed class ResamplerTests : FolderTest
{
    private static readonly (int From, int To)[] Ratios =
    [
        (44100, 24000),
        (48000, 24000),
        (24000, 44100),
        (24000, 48000),
        (16000, 24000),
        (8000, 24000),
        (192000, 24000),
        (24000, 16000),
        (22051, 24000),
    ];

    [Fact]
    public void TonesInThePassbandKeepLevelAndPhase()
    {
        foreach (var (from, to) in Ratios)
        foreach (double part in new[] { 0.02, 0.5, 0.9 })
        {
            double hertz = part * Math.Min(from, to) / 2;
            var output = Resampler.Convert(Sounds.Sine(hertz, from, from / 10), 1, from, to);
            Assert.Equal((int)Math.Ceiling(from / 10 * (long)to / (double)from), output.Length);
            var (gain, rest) = Compare(output, hertz, to);
            Assert.True(Math.Abs(gain) < 0.01, $"{from} -> {to}, {hertz} Hz: gain {gain} dB");
            Assert.True(rest < -90, $"{from} -> {to}, {hertz} Hz: images and noise {rest} dB");
        }
    }

    [Fact]
    public void TonesBeyondTheNewNyquistFrequencyVanish()
    {
        foreach (var (from, to) in Ratios.Where(r => r.From > r.To))
        foreach (double part in new[] { 0.0, 0.1, 0.7 })
        {
            double hertz = to / 2.0 + part * (from - to) / 2.0 + 1;
            var output = Resampler.Convert(Sounds.Sine(hertz, from, from / 10, phase: 1), 1, from, to);
            double level = Sounds.Decibels(Math.Sqrt(2) * Sounds.Rms(Middle(output)));
            Assert.True(level < -90, $"{from} -> {to}, {hertz} Hz: alias {level} dB");
        }
    }

    [Fact]
    public void BlocksGiveTheSameAsOnePass() =>
        Gen.Select(Gen.Int[0, Ratios.Length - 1], Gen.Int[1, 3], Gen.Int[0, 2000], Gen.Int[1, 700])
            .Sample(
                (which, channels, frames, block) =>
                {
                    var ratio = Ratios[which];
                    var input = Sounds.Noise(frames, frames * channels);
                    var expected = Resampler.Convert(input, channels, ratio.From, ratio.To);
                    var resampler = new Resampler(ratio.From, ratio.To, channels);
                    var output = new List<float>();
                    foreach (var part in input.Chunk(block * channels))
                        output.AddRange(resampler.Process(part));
                    output.AddRange(resampler.Finish());
                    Assert.Equal(expected, output);
                    Assert.Equal(Resampler.OutputFrames(frames, ratio.From, ratio.To) * channels, output.Count);
                },
                iter: 20
            );

    [Fact]
    public void ChannelsDoNotMix()
    {
        float[] left = Sounds.Noise(1, 500),
            right = Sounds.Noise(2, 500);
        var both = Resampler.Convert(Sounds.Interleave(left, right), 2, 44100, 24000);
        Assert.Equal(Sounds.Interleave(Resampler.Convert(left, 1, 44100, 24000), Resampler.Convert(right, 1, 44100, 24000)), both);
    }

    [Fact]
    public void AnotherProgramAgrees()
    {
        // Band-limited input, so that the programs' different transition bands do not matter.
        var input = new float[22050];
        foreach (double hertz in new[] { 110, 997, 3333.3, 7001, 9500 })
            for (int i = 0; i < input.Length; i++)
                input[i] += (float)(0.15 * Math.Sin(2 * Math.PI * hertz * i / 44100 + hertz));
        new AudioClip(input, 44100).Write(In("in.wav"), new() { BitDepth = 32 });
        Sounds.Run("sox", In("in.wav"), In("out.wav"), "rate", "-v", "24000");
        float[] theirs = AudioClip.Read(In("out.wav")).Samples.ToArray(),
            ours = Resampler.Convert(input, 1, 44100, 24000);
        Assert.Equal(theirs.Length, ours.Length);
        for (int i = 1000; i < ours.Length - 1000; i++)
            Assert.Equal(theirs[i], ours[i], 1e-4);
    }

    /// <summary>Level against the ideal sine at the same time, and what is left of the output beside it, both in dB.</summary>
    private static (double Gain, double Noise) Compare(float[] output, double hertz, int rate)
    {
        int from = output.Length / 4,
            to = 3 * output.Length / 4;
        double dot = 0,
            energy = 0;
        for (int i = from; i < to; i++)
        {
            double ideal = Math.Sin(2 * Math.PI * hertz * i / rate);
            dot += ideal * output[i];
            energy += ideal * ideal;
        }
        double gain = dot / energy,
            rest = 0;
        for (int i = from; i < to; i++)
            rest += Math.Pow(output[i] - gain * Math.Sin(2 * Math.PI * hertz * i / rate), 2);
        return (Sounds.Decibels(gain), 10 * Math.Log10(rest / energy));
    }

    private static ReadOnlySpan<float> Middle(float[] samples) => samples.AsSpan(samples.Length / 4, samples.Length / 2);
}
