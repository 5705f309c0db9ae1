using System.Buffers.Binary;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Files whose headers are wrong, that were joined, cut or damaged: every frame that lies in them, or an error.</summary>
public sealed class CutSoundTests : FolderTest
{
    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(36u, 0u)]
    [InlineData(4088u, 0u)]
    [InlineData(1036u, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFFFu)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void ARecorderThatDiedLeavesItsSound(uint riffSize, uint dataSize)
    {
        var bytes = WavTests.Wave(WavTests.Format(1, 1, 8000, 16), WavTests.Chunk("data", Pcm(500)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), riffSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), dataSize);
        Assert.Equal(Values(500), AudioClip.Read(bytes).Samples.ToArray());
    }

    [Fact]
    public void AFrameSizeOfZeroIsThePlainOne()
    {
        var format = WavTests.Format(1, 2, 8000, 16);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(8 + 12), 0);
        Assert.Equal(Values(500), AudioClip.Read(WavTests.Wave(format, WavTests.Chunk("data", Pcm(500)))).Samples.ToArray());
    }

    [Fact]
    public void TwentyFourBitsInFourBytesAreTheUpperOnes()
    {
        var format = WavTests.Format(1, 1, 8000, 24);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(8 + 12), 4);
        var clip = AudioClip.Read(WavTests.Wave(format, WavTests.Chunk("data", [0, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 1, 0, 0])));
        Assert.Equal([-1, 0.5f, 1 / 8388608f], clip.Samples.ToArray());
    }

    [Fact]
    public void NoSoundBeforeOtherChunksIsNoSound()
    {
        var bytes = WavTests.Wave(WavTests.Format(1, 1, 8000, 16), WavTests.Chunk("data", []), WavTests.Chunk("LIST", new byte[400]));
        Assert.Equal(0, AudioClip.Read(bytes).Frames);
    }

    [Fact]
    public void SoundInSeveralChunksIsOne()
    {
        var two = WavTests.Wave(
            WavTests.Format(1, 1, 8000, 16),
            WavTests.Chunk("data", Pcm(500).AsSpan(0, 400)),
            WavTests.Chunk("JUNK", new byte[8]),
            WavTests.Chunk("data", Pcm(500).AsSpan(400))
        );
        Assert.Equal(Values(500), AudioClip.Read(two).Samples.ToArray());
        var list = WavTests.Wave(
            WavTests.Format(1, 1, 8000, 16),
            WavTests.Chunk("LIST", [.. "wavl"u8, .. WavTests.Chunk("data", Pcm(500))])
        );
        Assert.Equal(Values(500), AudioClip.Read(list).Samples.ToArray());
        using var reader = AudioReader.Open(new MemoryStream(two), "x");
        reader.Seek(150);
        var rest = reader.ReadToEnd();
        Assert.Equal(Values(500)[150..], rest);
    }

    [Fact]
    public void WavFilesThatWereJoinedAreOne()
    {
        var one = WavTests.Wave(WavTests.Format(1, 1, 8000, 16), WavTests.Chunk("data", Pcm(500)), WavTests.Chunk("JUNK", new byte[6]));
        var other = WavTests.Wave(WavTests.Format(1, 1, 8000, 16), WavTests.Chunk("data", Pcm(300)));
        using var reader = AudioReader.Open(new MemoryStream([.. one, .. other, .. one]), "x");
        Assert.Equal(1300, reader.Frames);
        Assert.Equal([.. Values(500), .. Values(300), .. Values(500)], reader.ReadToEnd());
        Assert.Null(reader.Remark);
        var faster = WavTests.Wave(WavTests.Format(1, 1, 16_000, 16), WavTests.Chunk("data", Pcm(300)));
        var error = Assert.Throws<MelodyException>(() => AudioClip.Read([.. one, .. faster]));
        Assert.Contains("several files in one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOddChunkWithoutItsPaddingIsPassedOver()
    {
        byte[] unpadded = [.. "LIST"u8, 5, 0, 0, 0, .. "INFOx"u8];
        Assert.Equal(
            Values(500),
            AudioClip.Read(WavTests.Wave(WavTests.Format(1, 1, 8000, 16), unpadded, WavTests.Chunk("data", Pcm(500)))).Samples.ToArray()
        );
    }

    [Fact]
    public void AWavFileThatEndsEarlySaysSo()
    {
        var bytes = WavTests.Wave(WavTests.Format(1, 1, 8000, 16), WavTests.Chunk("data", Pcm(8000)));
        using var reader = AudioReader.Open(new MemoryStream(bytes[..(44 + 8000)]), "x");
        Assert.Equal(4000, reader.ReadToEnd().Length);
        Assert.Contains("ends after 0.5 of the 1 seconds", reader.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.ogg", "libvorbis")]
    [InlineData("a.opus", "libopus")]
    [InlineData("a.oga", "flac")]
    public void ChainedOggIsReadToTheEnd(string name, string coder)
    {
        Ffmpeg("sine=440:r=48000:d=0.9", "-ac", "2", "-c:a", coder, In(name));
        var one = File.ReadAllBytes(In(name));
        var clip = AudioClip.Read(one);
        Assert.InRange(clip.Frames, 43_190, 43_210);
        using var reader = AudioReader.Open(new MemoryStream([.. one, .. one, .. one]), "x");
        Assert.Equal(3 * clip.Frames, reader.Frames);
        Assert.Equal([.. clip.Samples, .. clip.Samples, .. clip.Samples], reader.ReadToEnd());
        reader.Seek(clip.Frames + 1000);
        var part = new float[200];
        Assert.Equal(100, reader.Read(part));
        Assert.Equal(clip.Samples.Slice(2000, 200).ToArray(), part);
        Assert.Null(reader.Remark);
    }

    [Theory]
    [InlineData("a.ogg", "libvorbis")]
    [InlineData("a.opus", "libopus")]
    public void OggThatIsCutKeepsItsStart(string name, string coder)
    {
        Ffmpeg("sine=440:r=48000:d=4", "-c:a", coder, In(name));
        var bytes = File.ReadAllBytes(In(name));
        var whole = AudioClip.Read(bytes);
        using var reader = AudioReader.Open(new MemoryStream(bytes[..(bytes.Length * 2 / 3)]), "x");
        var samples = reader.ReadToEnd();
        Assert.InRange(samples.Length, whole.Frames / 4, whole.Frames * 3 / 4);
        Assert.Equal(whole.Samples[..(samples.Length - 4096)].ToArray(), samples[..^4096]);
        Assert.Contains("cut short", reader.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedOrMissingPagesAreErrors()
    {
        var bytes = new AudioClip(Sounds.Noise(1, 96_000, 0.3), 48000).ToBytes(AudioFormat.OggOpus, new() { Quality = 1 });
        using var stream = new MemoryStream(bytes);
        var pages = new List<OggPage>();
        while (OggPage.Read(stream, withBody: true) is { } page)
            pages.Add(page);
        Assert.InRange(pages.Count, 5, 100);
        var third = (int)pages[3].Position;
        var flipped = bytes.ToArray();
        flipped[third + 200] ^= 4;
        Assert.Contains("checksum", Message(flipped), StringComparison.Ordinal);
        Assert.Contains("missing", Message([.. bytes[..third], .. bytes[(int)pages[4].Position..]]), StringComparison.Ordinal);
        Assert.Contains("no Ogg page", Message([.. bytes[..third], 1, 2, 3, 4, .. bytes[third..]]), StringComparison.Ordinal);
        static string Message(byte[] bytes) => Assert.Throws<MelodyException>(() => AudioClip.Read(bytes)).Message;
    }

    [Fact]
    public void Mp3OfUnknownLengthIsReadToTheEnd()
    {
        // a tone that grows makes frames of very different sizes, which misleads guesses from the first of them
        const string source = "aevalsrc=exp(-9*(6-t)/6)*0.9*(sin(2*PI*440*t)+random(0))/2:s=44100:d=6";
        Ffmpeg(source, "-c:a", "libmp3lame", "-q:a", "5", "-write_xing", "0", "-id3v2_version", "0", In("none.mp3"));
        Ffmpeg(source, "-c:a", "libmp3lame", "-q:a", "5", In("tag.mp3"));
        byte[] none = File.ReadAllBytes(In("none.mp3")),
            tag = File.ReadAllBytes(In("tag.mp3"));
        Assert.Equal(6 * 44100, AudioClip.Read(tag).Frames); // to the sample
        int all = AudioClip.Read(none).Frames;
        Assert.Equal(0, all % 1152);
        Assert.InRange(all, 6 * 44100, 6 * 44100 + 3 * 1152);
        Assert.Equal(2 * all, AudioClip.Read([.. none, .. none]).Frames);
        Assert.Equal(2 * 6 * 44100, AudioClip.Read([.. tag, .. tag]).Frames);
        Assert.Equal(6 * 44100 + all, AudioClip.Read([.. tag, .. none]).Frames);
        Assert.Equal(all, AudioClip.Read([.. new byte[3000], .. none, .. "TAG"u8, .. new byte[125]]).Frames);
        byte[] picture = [.. "ID3\u0003\0\0\0\0\u0010\0"u8, .. Enumerable.Repeat<byte[]>([0xFF, 0xFB, 0x90, 0], 512).SelectMany(b => b)];
        Assert.Equal(all, AudioClip.Read([.. picture, .. none]).Frames);
    }

    [Fact]
    public void Mp3ThatIsCutOrDamagedSaysSo()
    {
        Ffmpeg("sine=440:r=44100:d=5", "-c:a", "libmp3lame", "-b:a", "64k", In("a.mp3"));
        var bytes = File.ReadAllBytes(In("a.mp3"));
        using (var cut = AudioReader.Open(new MemoryStream(bytes[..(bytes.Length / 2 + 77)]), "x"))
        {
            Assert.InRange(cut.ReadToEnd().Length, 2.3 * 44100, 2.6 * 44100);
            Assert.Contains("before its header says", cut.Remark, StringComparison.Ordinal);
        }
        bytes.AsSpan(bytes.Length / 2, 900).Clear();
        using var hole = AudioReader.Open(new MemoryStream(bytes), "x");
        Assert.InRange(hole.ReadToEnd().Length, 4.8 * 44100, 5 * 44100);
        Assert.NotNull(hole.Remark);
    }

    [Theory]
    [InlineData("a.mp3", "libmp3lame", 1e-4)]
    [InlineData("a.ogg", "libvorbis", 0)]
    public void ReadingCanStartAnywhere(string name, string coder, double tolerance)
    {
        Ffmpeg("aevalsrc=0.3*sin(2*PI*440*t)+0.2*sin(2*PI*660*t*t):s=44100:d=3", "-c:a", coder, In(name));
        var whole = AudioClip.Read(In(name));
        using var reader = AudioReader.Open(In(name));
        var part = new float[300];
        foreach (int at in new[] { 0, 1151, 50_000, 100_000, 3 })
        {
            reader.Seek(at);
            Assert.Equal(300, reader.Read(part));
            for (int i = 0; i < 300; i++)
                Assert.Equal(whole.Samples[at + i], part[i], tolerance);
        }
    }

    private static void Ffmpeg(string source, params string[] arguments) =>
        Sounds.Run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", source, .. arguments]);

    private static byte[] Pcm(int count) => [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((short)(i * 7 + 200)))];

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7 + 200) / 32768f)];
}
