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
    public void OtherFilesAreNamed()
    {
        byte[] mp4 = [0, 0, 0, 32, .. "ftypM4A "u8, .. new byte[100]];
        Assert.Contains("M4A", Message(mp4), StringComparison.Ordinal);
        Assert.Contains("MIDI", Message([.. "MThd"u8, .. new byte[100]]), StringComparison.Ordinal);
        Assert.Contains("empty", Message([]), StringComparison.Ordinal);
        static string Message(byte[] bytes) => Assert.Throws<MelodyException>(() => AudioClip.Read(bytes)).Message;
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
