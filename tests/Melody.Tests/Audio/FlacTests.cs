using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>FLAC without another program: every sample comes back, and damage is told.</summary>
public sealed class FlacTests
{
    [Fact]
    public void EverySampleComesBack() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 9000], Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 1 << 30])
            .Sample(
                (channels, frames, deep, kind, seed) =>
                {
                    int bits = deep ? 24 : 16;
                    var samples = Signal(kind, seed, frames * channels);
                    var clip = new AudioClip(samples, 44100, channels);
                    var back = AudioClip.Read(clip.ToBytes(AudioFormat.Flac, new() { BitDepth = bits }));
                    var plain = AudioClip.Read(clip.ToBytes(AudioFormat.Wav, new() { BitDepth = bits }));
                    Assert.Equal((44100, channels, frames), (back.SampleRate, back.Channels, back.Frames));
                    Assert.True(plain.Samples.SequenceEqual(back.Samples));
                },
                iter: 40,
                threads: 1
            );

    [Fact]
    public void EveryFlippedBitOfTheSoundIsFound()
    {
        var bytes = new AudioClip(Sounds.Noise(1, 6000, 0.3), 44100).ToBytes(AudioFormat.Flac);
        int start = bytes.AsSpan(8).IndexOf((byte)0xFF) is var at and > 0 ? Find(bytes) : 0;
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(start, bytes.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Contains("is damaged", Assert.Throws<MelodyException>(() => AudioClip.Read(damaged)).Message, StringComparison.Ordinal);
        }

        static int Find(byte[] bytes)
        {
            for (int i = 42; ; i++)
                if (FlacFrameHeader.Parse(bytes.AsSpan(i), out _) is not null)
                    return i;
        }
    }

    [Fact]
    public void WhatIsThereIsReadWhenTheFileEndsEarly()
    {
        var clip = new AudioClip(Sounds.Noise(2, 20000, 0.3), 44100);
        var bytes = clip.ToBytes(AudioFormat.Flac);
        using var reader = AudioReader.Open(new MemoryStream(bytes[..(bytes.Length * 3 / 4)]), "x");
        var samples = reader.ReadToEnd();
        Assert.Equal(3 * 4096, samples.Length); // whole frames before three quarters of 20,000
        Assert.Equal(AudioClip.Read(bytes).Samples[..samples.Length].ToArray(), samples);
        Assert.Contains("ends after 0.28 of the 0.45 seconds", reader.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void JoinedFilesAreReadToTheEnd()
    {
        byte[] first = new AudioClip(Sounds.Noise(2, 5000, 0.3), 44100).ToBytes(AudioFormat.Flac),
            second = new AudioClip(Sounds.Noise(3, 7000, 0.3), 44100).ToBytes(AudioFormat.Flac),
            other = new AudioClip(Sounds.Noise(3, 7000, 0.3), 22050).ToBytes(AudioFormat.Flac);
        var joined = AudioClip.Read([.. first, .. second]);
        Assert.Equal([.. AudioClip.Read(first).Samples, .. AudioClip.Read(second).Samples], joined.Samples.ToArray());
        Assert.Throws<MelodyException>(() => AudioClip.Read([.. first, .. other]));
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        Assert.Equal(5000, AudioClip.Read([.. first, .. tag]).Frames);
        Assert.Equal(5000, AudioClip.Read([.. "ID3\u0003\0\0\0\0\0\u0005"u8, 1, 2, 3, 4, 5, .. first]).Frames);
    }

    [Fact]
    public void ReadingCanStartAnywhere()
    {
        var clip = new AudioClip(Sounds.Noise(4, 2 * 300_000, 0.5), 44100, 2);
        var bytes = clip.ToBytes(AudioFormat.Flac);
        var whole = AudioClip.Read(bytes);
        using var reader = AudioReader.Open(new MemoryStream(bytes), "x");
        var part = new float[2 * 100];
        foreach (int at in new[] { 0, 4095, 4096, 123_456, 250_000, 299_900, 77 })
        {
            reader.Seek(at);
            Assert.Equal(100, reader.Read(part));
            Assert.Equal(whole.Samples.Slice(2 * at, 200).ToArray(), part);
        }
        reader.Seek(400_000);
        Assert.Equal(0, reader.Read(part));
    }

    // Silence, a constant, noise, a tone, full scale both ways, rare clicks.
    private static float[] Signal(int kind, int seed, int length)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, length)
                .Select(i =>
                    kind switch
                    {
                        0 => 0f,
                        1 => 0.25f,
                        2 => (float)(2 * random.NextDouble() - 1),
                        3 => (float)(0.8 * Math.Sin(0.01 * i) + 0.1 * Math.Sin(0.3 * i)),
                        4 => random.Next(2) == 0 ? -1f : 1f,
                        _ => random.Next(500) == 0 ? (float)random.NextDouble() : 0f,
                    }
                ),
        ];
    }
}
