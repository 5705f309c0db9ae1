using System.Buffers.Binary;
using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>WAV files byte by byte, and files that are not what they say.</summary>
public sealed class WavTests : FolderTest
{
    private static readonly AudioMetadata Text = new()
    {
        Title = "Süßes Lied ♪",
        Software = "Melody 1",
        Recipe = """{"prompt":"a \"calm\" piano","seed":7}""",
    };

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(24, 2)]
    [InlineData(24, 1)]
    [InlineData(32, 1)]
    [InlineData(32, 6)]
    public void RoundTripLosesAtMostHalfAStep(int bits, int channels)
    {
        var clip = new AudioClip(Sounds.Noise(1, 333 * channels), 22050, channels);
        clip.Write(In("a.wav"), new() { BitDepth = bits, Metadata = Text });
        var back = AudioClip.Read(In("a.wav"));
        Assert.Equal((clip.SampleRate, clip.Channels, clip.Frames), (back.SampleRate, back.Channels, back.Frames));
        double step = bits == 32 ? 0 : Math.Pow(2, -bits) + 1e-9;
        // +1 itself does not exist in two's complement: the last step is a whole one.
        for (int i = 0; i < clip.Samples.Length; i++)
            Assert.Equal(clip.Samples[i], back.Samples[i], clip.Samples[i] > 1 - 2 * step ? 2 * step : step);
        Assert.Equal(Text, AudioClip.ReadMetadata(In("a.wav")));
        Assert.Equal(["a.wav"], Files);
    }

    [Fact]
    public void IntegersSurviveUnchanged() =>
        Gen
            .Short.Array[1, 40]
            .Sample(
                values =>
                {
                    using var stream = Pcm(values, 8000);
                    using var reader = WavReader.OpenCoded(stream, "x");
                    var samples = reader.ReadToEnd();
                    using var copy = new MemoryStream();
                    using (var writer = new WavWriter(copy, 8000, 1, 16, AudioMetadata.None))
                    {
                        writer.Write(samples);
                        writer.Finish();
                    }
                    Assert.Equal(stream.ToArray(), copy.ToArray());
                },
                iter: 50
            );

    [Theory]
    [InlineData(16, 1, 1001)]
    [InlineData(24, 1, 1001)]
    [InlineData(32, 2, 77)]
    public void AStreamOfKnownLengthIsTheSameBytesAsAFile(int bits, int channels, int frames)
    {
        float[] samples = [.. Sounds.Noise(3, frames * channels)];
        using var file = new MemoryStream();
        using (var writer = new WavWriter(file, 8000, channels, bits, Text))
        {
            writer.Write(samples);
            writer.Finish();
        }
        using var pipe = new MemoryStream();
        using (var compressed = new OneWay(pipe))
        using (var writer = new WavWriter(compressed, 8000, channels, bits, Text, frames))
        {
            writer.Write(samples.AsSpan(0, 10 * channels));
            writer.Write(samples.AsSpan(10 * channels));
            writer.Finish();
        }
        Assert.Equal(file.ToArray(), pipe.ToArray());
    }

    private sealed class OneWay(Stream inner) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }

    [Fact]
    public void BeyondFullScaleIsClipped()
    {
        new AudioClip([2, -2, 0, 1e30f, 0.5f], 8000).Write(In("a.wav"));
        Assert.Equal([32767 / 32768f, -1, 0, 32767 / 32768f, 0.5f], AudioClip.Read(In("a.wav")).Samples.ToArray());
    }

    [Theory]
    [InlineData("a.wav", 16)]
    [InlineData("a.wav", 32)]
    [InlineData("a.flac", 24)]
    [InlineData("a.opus", 16)]
    public void NotANumberIsNotWritten(string name, int bits)
    {
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Assert.Contains(
                "not numbers",
                Assert
                    .Throws<MelodyException>(() => new AudioClip([0, wrong, 0], 48000).Write(In(name), new() { BitDepth = bits }))
                    .Message,
                StringComparison.Ordinal
            );
        Assert.Empty(Files);
    }

    [Theory]
    [InlineData(1, 8, new byte[] { 0, 128, 192 }, new[] { -1f, 0, 0.5f })]
    [InlineData(1, 16, new byte[] { 0, 0x80, 0, 0x40 }, new[] { -1f, 0.5f })]
    [InlineData(1, 24, new byte[] { 0, 0, 0x80, 0, 0, 0x40, 0xFF, 0xFF, 0xFF }, new[] { -1f, 0.5f, -1 / 8388608f })]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 0x80, 0, 0, 0, 0x40 }, new[] { -1f, 0.5f })]
    [InlineData(3, 32, new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF }, new[] { 1f, -0.5f })]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0x3F }, new[] { 1f })]
    public void EveryEncodingIsRead(int tag, int bits, byte[] data, float[] expected)
    {
        foreach (bool extensible in new[] { false, true })
        {
            using var reader = WavReader.OpenCoded(
                new MemoryStream(Wave(Format(tag, 1, 8000, bits, extensible), Chunk("data", data))),
                "x"
            );
            Assert.Equal(expected, reader.ReadToEnd());
        }
    }

    [Fact]
    public void UnknownAndOddChunksAreSkipped()
    {
        var bytes = Wave(
            Chunk("JUNK", new byte[5]),
            Format(1, 2, 96000, 16),
            Chunk("bext", new byte[7]),
            Chunk("data", [1, 0, 2, 0]),
            Chunk("LIST", [.. "INFO"u8, .. Chunk("IART", "me\0"u8), .. Chunk("ICMT", [0xFC, .. "ber"u8])])
        );
        using var reader = WavReader.OpenCoded(new MemoryStream(bytes), "x");
        Assert.Equal((96000, 2, 1L), (reader.SampleRate, reader.Channels, reader.Frames));
        Assert.Equal([1 / 32768f, 2 / 32768f], reader.ReadToEnd());
        Assert.Equal("über", reader.Metadata.Recipe); // Latin-1
    }

    [Theory]
    [InlineData("RIFF", uint.MaxValue, uint.MaxValue)]
    [InlineData("RIFF", 0u, 0u)]
    [InlineData("RF64", uint.MaxValue, uint.MaxValue)]
    [InlineData("RIFF", 4096u, 4000u)]
    public void SizesThatAStreamLeftOpenEndWithTheFile(string id, uint riffSize, uint dataSize)
    {
        var bytes = Wave(Format(1, 1, 8000, 16), Chunk("data", [1, 0, 2, 0, 3]));
        System.Text.Encoding.ASCII.GetBytes(id, bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), riffSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), dataSize);
        using var reader = WavReader.OpenCoded(new MemoryStream(bytes[..49]), "x");
        Assert.Equal([1 / 32768f, 2 / 32768f], reader.ReadToEnd());
    }

    [Fact]
    public void Rf64TakesTheLengthFromItsOwnChunk()
    {
        var ds64 = new byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(ds64.AsSpan(8), 4);
        var bytes = Wave(Chunk("ds64", ds64), Format(1, 1, 8000, 16), Chunk("data", [1, 0, 2, 0]), Chunk("LIST", "INFO"u8));
        "RF64"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12 + 36 + 24 + 4), uint.MaxValue);
        using var reader = WavReader.OpenCoded(new MemoryStream(bytes), "x");
        Assert.Equal(2, reader.Frames);
    }

    [Fact]
    public void ReadingCanStartAnywhere()
    {
        using var reader = WavReader.OpenCoded(Pcm([.. Enumerable.Range(0, 100).Select(i => (short)i)], 8000), "x");
        var two = new float[2];
        reader.Seek(70);
        Assert.Equal(2, reader.Read(two));
        Assert.Equal([70 / 32768f, 71 / 32768f], two);
        reader.Seek(99);
        Assert.Equal(1, reader.Read(two));
        Assert.Equal(0, reader.Read(two));
        reader.Seek(1000);
        Assert.Equal(0, reader.Read(two));
    }

    [Fact]
    public void TruncationAnywhereGivesWholeFramesOrASentence()
    {
        var bytes = Wave(Format(1, 2, 44100, 24), Chunk("data", new byte[60]));
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(In("a.wav"), bytes[..length]);
            try
            {
                Assert.Equal((length - bytes.Length + 60) / 6, AudioClip.Read(In("a.wav")).Frames);
            }
            catch (MelodyException e)
            {
                Assert.Contains("a.wav", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void DamagedBytesGiveSamplesOrASentence() =>
        Gen.Select(Gen.Int[4, 60], Gen.Byte, Gen.Int[4, 60], Gen.Byte)
            .Sample(
                (at, value, at2, value2) =>
                {
                    var bytes = Wave(
                        Format(1, 2, 44100, 16),
                        Chunk("LIST", [.. "INFO"u8, .. Chunk("ICMT", "x"u8)]),
                        Chunk("data", new byte[40])
                    );
                    (bytes[at], bytes[at2]) = (value, value2);
                    using var stream = new MemoryStream(bytes);
                    if (!WavReader.Recognizes(bytes))
                        return;
                    try
                    {
                        using var reader = WavReader.OpenCoded(stream, "x");
                        Assert.True(reader.ReadToEnd().Length <= bytes.Length);
                    }
                    catch (MelodyException e)
                    {
                        Assert.Contains("'x'", e.Message, StringComparison.Ordinal);
                    }
                },
                iter: 3000
            );

    [Fact]
    public void HostileHeadersAreNamed()
    {
        Assert.Contains("0 channels", Message(Wave(Format(1, 0, 8000, 16), Chunk("data", new byte[4]))), StringComparison.Ordinal);
        Assert.Contains("65535 channels", Message(Wave(Format(1, 65535, 8000, 16), Chunk("data", new byte[4]))), StringComparison.Ordinal);
        Assert.Contains(
            "4294967295 Hz",
            Message(Wave(Format(1, 1, uint.MaxValue, 16), Chunk("data", new byte[4]))),
            StringComparison.Ordinal
        );
        Assert.Contains("bits", Message(Wave(Format(3, 1, 8000, 16), Chunk("data", new byte[4]))), StringComparison.Ordinal);
        Assert.Contains("no 'data' chunk", Message(Wave(Format(1, 1, 8000, 16))), StringComparison.Ordinal);
        Assert.Contains("no 'fmt ' chunk", Message(Wave(Chunk("data", new byte[4]))), StringComparison.Ordinal);
        static string Message(byte[] bytes) =>
            Assert.Throws<MelodyException>(() => WavReader.OpenCoded(new MemoryStream(bytes), "x")).Message;
    }

    [Fact]
    public void EmptyAudioIsAudio()
    {
        new AudioClip([], 44100, 2).Write(In("a.wav"), new() { BitDepth = 32 });
        var back = AudioClip.Read(In("a.wav"));
        Assert.Equal((0, 2, 44100), (back.Frames, back.Channels, back.SampleRate));
    }

    [Fact]
    public void NotANumberIsDamage()
    {
        Assert.Contains("not numbers", Message(float.NaN), StringComparison.Ordinal);
        Assert.Contains("not numbers", Message(float.NegativeInfinity), StringComparison.Ordinal);
        Assert.Contains("above a million times", Message(1.1e6f), StringComparison.Ordinal);
        Assert.Contains("above a million times", Message(-3e38f), StringComparison.Ordinal);
        Assert.Equal([-1e6f], AudioClip.Read(Floats(-1e6f)).Samples.ToArray());

        static string Message(float value) => Assert.Throws<MelodyException>(() => AudioClip.Read(Floats(value))).Message;
        static byte[] Floats(float value) => Wave(Format(3, 1, 8000, 32), Chunk("data", BitConverter.GetBytes(value)));
    }

    [Fact]
    public void TooLongIsRefused()
    {
        new AudioClip(new float[8000], 8000).Write(In("a.wav"));
        Assert.Equal(8000, AudioClip.Read(In("a.wav"), maximumSeconds: 1).Frames);
        Assert.Contains(
            "longer than the 0.9 seconds",
            Assert.Throws<MelodyException>(() => AudioClip.Read(In("a.wav"), maximumSeconds: 0.9)).Message,
            StringComparison.Ordinal
        );
        using var reader = AudioReader.Open(In("a.wav"));
        Assert.Throws<MelodyException>(() => reader.ReadMixed(16000, 1, maximumSeconds: 0.9));
    }

    [Fact]
    public void OtherProgramsReadWhatWasWritten()
    {
        var clip = new AudioClip(Sounds.Noise(3, 2000, 0.9), 48000, 2);
        foreach (int bits in new[] { 16, 24, 32 })
        {
            clip.Write(In("a.wav"), new() { BitDepth = bits, Metadata = Text });
            Sounds.Run("sox", In("a.wav"), "-t", "f32", In("raw"));
            var raw = File.ReadAllBytes(In("raw"));
            var samples = Enumerable.Range(0, raw.Length / 4).Select(i => BitConverter.ToSingle(raw, 4 * i)).ToArray();
            Assert.Equal(clip.Samples.Length, samples.Length);
            for (int i = 0; i < samples.Length; i++)
                Assert.Equal(clip.Samples[i], samples[i], Math.Pow(2, -bits) + 1e-7);
        }
        Assert.Contains(
            Text.Recipe!,
            Sounds.Run("ffprobe", "-hide_banner", "-show_entries", "format_tags=comment", "-of", "default=nk=1:nw=1", In("a.wav")),
            StringComparison.Ordinal
        );
    }

    internal static byte[] Chunk(string id, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[8 + data.Length + (data.Length & 1)];
        System.Text.Encoding.ASCII.GetBytes(id, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), data.Length);
        data.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    internal static byte[] Format(int tag, int channels, uint rate, int bits, bool extensible = false)
    {
        var data = new byte[extensible ? 40 : 16];
        int frame = channels * bits / 8;
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)(extensible ? 0xFFFE : tag));
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), rate);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(8), (uint)(rate * frame));
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(12), (ushort)frame);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(14), (ushort)bits);
        if (extensible)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(16), 22);
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(24), (ushort)tag);
        }
        return Chunk("fmt ", data);
    }

    internal static byte[] Wave(params byte[][] chunks) => Chunk("RIFF", [.. "WAVE"u8, .. chunks.SelectMany(c => c)]);

    private static MemoryStream Pcm(short[] values, uint rate) =>
        new(Wave(Format(1, 1, rate, 16), Chunk("data", [.. values.SelectMany(BitConverter.GetBytes)])));
}
