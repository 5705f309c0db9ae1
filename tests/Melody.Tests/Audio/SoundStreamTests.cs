using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Sound in streams and bytes: the same as in files, with or without seeking.</summary>
public sealed class SoundStreamTests : FolderTest
{
    private static readonly AudioMetadata Text = new()
    {
        Title = "Süßes Lied ♪",
        Software = "Melody 1",
        Recipe = "{\"seed\":7}",
    };

    [Theory]
    [InlineData(AudioFormat.Wav, "a.wav")]
    [InlineData(AudioFormat.Flac, "a.flac")]
    [InlineData(AudioFormat.OggOpus, "a.opus")]
    public async Task StreamsAndBytesAreFiles(AudioFormat format, string name)
    {
        var clip = new AudioClip(Sounds.Noise(1, 2 * 4000, 0.5), 48000, 2);
        var options = new AudioWriteOptions { Metadata = Text };
        clip.Write(In(name), options);
        var file = await File.ReadAllBytesAsync(In(name), TestContext.Current.CancellationToken);
        Assert.Equal(file, clip.ToBytes(format, options));
        using var behind = new MemoryStream();
        behind.Write([1, 2, 3]);
        clip.Write(behind, format, options);
        Assert.Equal([1, 2, 3, .. file], behind.ToArray());
        using var pipe = new Pipe(new MemoryStream());
        clip.Write(pipe, format, options);
        Assert.Equal(file, ((MemoryStream)pipe.Inner).ToArray());

        var samples = AudioClip.Read(In(name)).Samples.ToArray();
        Assert.Equal(samples, AudioClip.Read(file).Samples.ToArray());
        behind.Position = 3;
        Assert.Equal(samples, AudioClip.Read(behind).Samples.ToArray());
        Assert.True(behind.CanRead);
        using var input = new Pipe(new MemoryStream(file));
        Assert.Equal(samples, AudioClip.Read(input).Samples.ToArray());
        using var later = new Pipe(new MemoryStream(file));
        Assert.Equal(
            samples,
            (await AudioClip.ReadAsync(later, cancellationToken: TestContext.Current.CancellationToken)).Samples.ToArray()
        );
        Assert.Equal(
            samples,
            (await AudioClip.ReadAsync(In(name), cancellationToken: TestContext.Current.CancellationToken)).Samples.ToArray()
        );
        behind.Position = 3;
        Assert.Equal(Text, AudioClip.ReadMetadata(behind));
        Assert.Throws<MelodyException>(() => AudioClip.Read(file, maximumSeconds: 0.05));
    }

    [Fact]
    public void ClippedSamplesAreCounted()
    {
        var clip = new AudioClip([0.5f, 2, -1, 1, -4, 0], 8000);
        using var stream = new MemoryStream();
        Assert.Equal((2L, 4f), clip.EncodeTo(stream, AudioFormat.Wav, new()) is var c ? (c.Samples, c.Peak) : default);
        Assert.Equal(12.04, clip.EncodeTo(stream, AudioFormat.Flac, new()).Decibels, 0.01);
        Assert.Equal(0, clip.EncodeTo(stream, AudioFormat.Wav, new() { BitDepth = 32 }).Samples);
    }

    [Fact]
    public void WhatIsWrittenCanBeReadAgain()
    {
        var options = new AudioWriteOptions { BitDepth = 32 };
        new AudioClip([1e6f, -1e6f], 8000).Write(In("a.wav"), options);
        Assert.Equal([1e6f, -1e6f], AudioClip.Read(In("a.wav")).Samples.ToArray());
        var louder = new AudioClip([0, -1.1e6f], 8000);
        var refused = Assert.Throws<MelodyException>(() => louder.Write(In("b.wav"), options));
        Assert.Contains("above a million times full scale; nothing is written", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(In("b.wav")));
        louder.Write(In("b.wav")); // 16 bits clip it
        Assert.Equal(-1, AudioClip.Read(In("b.wav")).Samples[1]);
    }

    [Fact]
    public void OtherFilesAreNamed()
    {
        byte[] mp4 = [0, 0, 0, 32, .. "ftypM4A "u8, .. new byte[100]];
        Assert.Contains("M4A", Message(mp4), StringComparison.Ordinal);
        Assert.Contains("MIDI", Message([.. "MThd"u8, .. new byte[100]]), StringComparison.Ordinal);
        Assert.Contains("empty", Message([]), StringComparison.Ordinal);
        static string Message(byte[] bytes) => Assert.Throws<MelodyException>(() => AudioClip.Read(bytes)).Message;
    }

    [Theory]
    [InlineData("", "is not an audio file that can be read")]
    [InlineData("just some words, over and over again", "is not an audio file that can be read")]
    [InlineData("\0\0\0 ftypM4A ", "is an MP4 or M4A file")]
    public void WhatDoesNotBeginAsSoundIsNotReadToItsEnd(string start, string part)
    {
        using var endless = new Unending(System.Text.Encoding.Latin1.GetBytes(start));
        using var pipe = new Pipe(endless);
        Assert.Contains(part, Assert.Throws<MelodyException>(() => AudioClip.Read(pipe)).Message, StringComparison.Ordinal);
        Assert.InRange(endless.Position, 1, 1 << 20);
    }

    [Theory]
    [InlineData(AudioFormat.Wav)]
    [InlineData(AudioFormat.Flac)]
    public void ALongSoundComesWholeOutOfAPipe(AudioFormat format)
    {
        var samples = Sounds.Noise(1, 600_000, 0.5); // more than a beginning in either format
        var file = new AudioClip(samples, 48000, 2).ToBytes(format, new() { BitDepth = 16 });
        Assert.True(file.Length > 1 << 19);
        using var pipe = new Pipe(new MemoryStream(file));
        Assert.Equal(AudioClip.Read(file).Samples.ToArray(), AudioClip.Read(pipe).Samples.ToArray());
    }

    [Fact]
    public async Task ADeviceWithoutEndIsRefusedByItsBeginning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev of Linux is needed");
        (await Cli.ToolRun.RunAsync("info", "/dev/zero")).AssertRefused("'/dev/zero' is not an audio file");
    }

    /// <summary>Bytes, and then zeros without end.</summary>
    private sealed class Unending(byte[] start) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get; set; }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++, Position++)
                buffer[offset + i] = Position < start.Length ? start[Position] : (byte)0;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A stream that cannot seek and gives a few bytes at a time.</summary>
    private sealed class Pipe(Stream inner) : Stream
    {
        public Stream Inner => inner;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
