using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Files of every format as a whole, and bad files of every kind.</summary>
public sealed class SoundFileTests : FolderTest
{
    private static readonly AudioMetadata Text = new()
    {
        Title = "Süßes Lied ♪",
        Software = "Melody 1",
        Recipe = "{\"prompt\":\"" + string.Concat(Enumerable.Repeat("grüße ", 700)) + "\",\"seed\":7}",
    };

    [Theory]
    [InlineData(".flac", 16)]
    [InlineData(".flac", 24)]
    public void LosslessIsTheSameAsWav(string extension, int bits)
    {
        var clip = new AudioClip([1, -1, .. Sounds.Noise(1, 20000)], 44100, 2);
        clip.Write(In("a" + extension), new() { BitDepth = bits, Metadata = Text });
        clip.Write(In("a.wav"), new() { BitDepth = bits });
        Assert.Equal(AudioClip.Read(In("a.wav")).Samples.ToArray(), AudioClip.Read(In("a" + extension)).Samples.ToArray());
        Assert.Equal(Text, AudioClip.ReadMetadata(In("a" + extension)));
    }

    [Theory]
    [InlineData(".ogg", 44100, 2, 44100)]
    [InlineData(".ogg", 24000, 1, 24000)]
    [InlineData(".opus", 24000, 1, 24000)]
    [InlineData(".opus", 44100, 2, 48000)]
    [InlineData(".mp3", 24000, 1, 24000)]
    [InlineData(".mp3", 96000, 2, 48000)]
    public void LossyKeepsAToneAndTheText(string extension, int rate, int channels, int rateThere)
    {
        Sounds.NeedSoundFile();
        var tone = Sounds.Sine(440, rate, rate, 0.5);
        new AudioClip(channels == 1 ? tone : Sounds.Interleave(tone, tone), rate, channels).Write(
            In("a" + extension),
            new() { Metadata = Text }
        );
        var back = AudioClip.Read(In("a" + extension));
        Assert.Equal((rateThere, channels), (back.SampleRate, back.Channels));
        Assert.InRange(back.Seconds, 0.99, 1.11);
        var mono = back.ToMono();
        var middle = mono.Slice(rateThere / 4, rateThere / 2).Samples;
        Assert.Equal(0.5, Amplitude(middle, 440, rateThere), 0.02);
        Assert.InRange(Sounds.Rms(middle), 0.34, 0.37); // and hardly anything else
        Assert.Equal(Text, AudioClip.ReadMetadata(In("a" + extension)));
    }

    [Theory]
    [InlineData(".flac")]
    [InlineData(".ogg")]
    [InlineData(".mp3")]
    public void OtherProgramsReadWhatWasWritten(string extension)
    {
        Sounds.NeedSoundFile();
        new AudioClip(Sounds.Sine(440, 24000, 24000, 0.5), 24000).Write(In("a" + extension), new() { Metadata = Text });
        var report = Sounds.Run(
            "ffprobe",
            "-hide_banner",
            "-show_entries",
            "stream=sample_rate,channels,duration:format_tags:stream_tags",
            In("a" + extension)
        );
        Assert.Contains("sample_rate=24000", report, StringComparison.Ordinal);
        Assert.Contains("duration=1.", report, StringComparison.Ordinal);
        Assert.Contains("\"seed\":7", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aiff", "pcm_s16be")]
    [InlineData("wav", "adpcm_ima_wav")]
    [InlineData("wav", "pcm_mulaw")]
    [InlineData("w64", "pcm_s16le")]
    public void FilesOfOtherProgramsAreRead(string extension, string codec)
    {
        Sounds.NeedSoundFile();
        var path = In("a." + extension);
        Sounds.Run(
            "ffmpeg",
            "-hide_banner",
            "-f",
            "lavfi",
            "-i",
            "sine=440:r=8000:d=1",
            "-ac",
            codec == "adpcm_ima_wav" ? "2" : "6",
            "-af",
            "volume=4",
            "-c:a",
            codec,
            path
        );
        var mono = AudioClip.Read(path).ToMono();
        Assert.Equal(8000, mono.SampleRate);
        Assert.InRange(mono.Frames, 7900, 9100);
        Assert.InRange(
            Amplitude(mono.Slice(2000, 4000).Samples, 440, 8000) / (Math.Sqrt(2) * Sounds.Rms(mono.Slice(2000, 4000).Samples)),
            0.98,
            1.01
        );
    }

    [Theory]
    [InlineData(".wav")]
    [InlineData(".flac")]
    [InlineData(".mp3")]
    [InlineData(".ogg")]
    public void BadFilesAreToldInOneSentence(string extension)
    {
        var path = In("bad" + extension);
        Assert.Contains("does not exist", Message(path), StringComparison.Ordinal);
        Assert.Contains("does not exist", Message(In("none/bad" + extension)), StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("is empty", Message(path), StringComparison.Ordinal);
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("This is a text and no music. ", 100)));
        Assert.Contains(SoundFile.IsAvailable ? "is not an audio file" : "apt-get install", Message(path), StringComparison.Ordinal);
        Assert.Contains("is a folder", Message(Path.GetDirectoryName(path)!), StringComparison.Ordinal);
        Assert.Contains("empty", Message(""), StringComparison.Ordinal);
        static string Message(string path)
        {
            var message = Assert.Throws<MelodyException>(() => AudioClip.Read(path)).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
    }

    [Theory]
    [InlineData(".flac")]
    [InlineData(".ogg")]
    [InlineData(".opus")]
    [InlineData(".mp3")]
    public void DamagedFilesGiveSamplesOrASentence(string extension)
    {
        Sounds.NeedSoundFile();
        new AudioClip(Sounds.Noise(1, 12000, 0.5), 24000).Write(In("whole" + extension));
        var whole = File.ReadAllBytes(In("whole" + extension));
        var path = In("damaged" + extension);
        Gen.Select(Gen.Int[1, whole.Length], Gen.Int[0, whole.Length - 1], Gen.Byte)
            .Sample(
                (length, at, value) =>
                {
                    var bytes = whole.ToArray();
                    bytes[at] = value;
                    File.WriteAllBytes(path, bytes[..length]);
                    try
                    {
                        Assert.InRange(AudioClip.Read(path, maximumSeconds: 60).Frames, 0, 60 * 96000);
                    }
                    catch (MelodyException e)
                    {
                        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
                    }
                },
                iter: 15,
                threads: 1
            );
    }

    [Fact]
    public void ImpossibleWishesAreRefusedAndLeaveNothing()
    {
        Sounds.NeedSoundFile();
        var surround = new AudioClip(new float[600], 48000, 6);
        Assert.Contains("at most 2 channels", Message(surround, "a.mp3", new()), StringComparison.Ordinal);
        Assert.Contains("32 bits", Message(surround, "a.flac", new() { BitDepth = 32 }), StringComparison.Ordinal);
        Assert.Contains("8 bits", Message(surround, "a.wav", new() { BitDepth = 8 }), StringComparison.Ordinal);
        Assert.Contains("quality", Message(surround, "a.ogg", new() { Quality = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("end its name in .wav", Message(surround, "a.xyz", new()), StringComparison.Ordinal);
        Assert.Contains("at most 8 channels", Message(new AudioClip(new float[9], 48000, 9), "a.flac", new()), StringComparison.Ordinal);
        Assert.Empty(Files);
        surround.Write(In("a.xyz"), new() { Format = AudioFormat.Flac });
        Assert.Equal(6, AudioClip.Read(In("a.xyz")).Channels);
        string Message(AudioClip clip, string name, AudioWriteOptions options) =>
            Assert.Throws<MelodyException>(() => clip.Write(In(name), options)).Message;
    }

    [Fact]
    public void EmptyAudioIsWritten()
    {
        Sounds.NeedSoundFile();
        foreach (var extension in new[] { ".flac", ".ogg", ".opus", ".mp3" })
        {
            new AudioClip([], 24000).Write(In("a" + extension));
            Assert.True(File.Exists(In("a" + extension)));
        }
    }

    [Fact]
    public void ReadingCanStartAnywhere()
    {
        var clip = new AudioClip(Sounds.Noise(5, 9000), 44100);
        clip.Write(In("a.flac"));
        var whole = AudioClip.Read(In("a.flac"));
        using var reader = AudioReader.Open(In("a.flac"));
        Assert.Equal(9000, reader.Frames);
        reader.Seek(5000);
        var part = new float[100];
        Assert.Equal(100, reader.Read(part));
        Assert.Equal(whole.Samples.Slice(5000, 100).ToArray(), part);
    }

    [Fact]
    public void MonoIsReadAsItWouldBeConverted()
    {
        var clip = new AudioClip(Sounds.Noise(5, 2 * 50000), 44100, 2);
        clip.Write(In("a.wav"), new() { BitDepth = 32 });
        foreach (int rate in new[] { 24000, 44100 })
        {
            using var reader = AudioReader.Open(In("a.wav"));
            Assert.Equal(clip.ToMono().Resample(rate).Samples.ToArray(), reader.ReadMixed(rate, 1).Samples.ToArray());
        }
    }

    [Fact]
    public void TheLibrarySaysItsVersion()
    {
        Sounds.NeedSoundFile();
        Assert.StartsWith("libsndfile-1.", SoundFile.Version, StringComparison.Ordinal);
    }

    private static double Amplitude(ReadOnlySpan<float> samples, double hertz, int rate)
    {
        double re = 0,
            im = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            re += samples[i] * Math.Cos(2 * Math.PI * hertz * i / rate);
            im += samples[i] * Math.Sin(2 * Math.PI * hertz * i / rate);
        }
        return 2 * Math.Sqrt(re * re + im * im) / samples.Length;
    }
}
