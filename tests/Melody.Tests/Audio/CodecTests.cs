using System.Runtime.InteropServices;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Decoded samples against those of ffmpeg, which has decoders of its own; every rate and channel count.</summary>
public sealed class CodecTests : FolderTest
{
    [Theory]
    [InlineData("flac", 8000, 1, 0)]
    [InlineData("flac", 44100, 2, 0)]
    [InlineData("flac", 48000, 6, 0)]
    [InlineData("flac", 192000, 2, 0)]
    [InlineData("libvorbis", 8000, 1, 1e-5)]
    [InlineData("libvorbis", 44100, 2, 1e-5)]
    [InlineData("libvorbis", 96000, 2, 1e-5)]
    [InlineData("libvorbis", 192000, 1, 1e-5)]
    [InlineData("libmp3lame", 11025, 1, 1e-4)]
    [InlineData("libmp3lame", 22050, 2, 1e-4)]
    [InlineData("libmp3lame", 44100, 2, 1e-4)]
    [InlineData("libmp3lame", 48000, 1, 1e-4)]
    [InlineData("libopus", 48000, 1, 2e-3)]
    [InlineData("libopus", 48000, 2, 2e-3)]
    [InlineData("pcm_u8", 8000, 2, 0)]
    [InlineData("pcm_s24le", 96000, 6, 0)]
    [InlineData("pcm_s32le", 192000, 1, 0)]
    [InlineData("pcm_f32le", 44100, 2, 0)]
    [InlineData("pcm_f64le", 48000, 1, 0)]
    [InlineData("pcm_alaw", 8000, 2, 0)]
    [InlineData("pcm_mulaw", 44100, 1, 0)]
    public void SamplesAreThoseOfFfmpeg(string coder, int rate, int channels, double tolerance)
    {
        var path = In(
            coder switch
            {
                "flac" => "a.flac",
                "libvorbis" => "a.ogg",
                "libmp3lame" => "a.mp3",
                "libopus" => "a.opus",
                _ => "a.wav",
            }
        );
        Make(path, rate, channels, coder);
        Compare(path, rate, channels, tolerance);
    }

    [Fact]
    public void MoreThanStereoInVorbisHasItsChannelsInOrder()
    {
        Sounds.NeedSoundFile();
        Make(In("a.ogg"), 48000, 6, "libvorbis");
        Compare(In("a.ogg"), 48000, 6, 1e-5);
        // and what is written has them where other programs look for them
        AudioClip.Read(In("a.ogg")).Write(In("b.ogg"), new() { Quality = 1 });
        Compare(In("b.ogg"), 48000, 6, 1e-5);
        float[] before = AudioClip.Read(In("a.ogg")).Samples.ToArray(),
            after = AudioClip.Read(In("b.ogg")).Samples.ToArray();
        Assert.InRange(Sounds.Rms([.. before.Zip(after, (x, y) => x - y)]) / Sounds.Rms(before), 0, 0.1);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 16)]
    [InlineData(2, 24)]
    [InlineData(6, 24)]
    public void FfmpegReadsOurFlac(int channels, int bits)
    {
        var tones = Enumerable.Range(0, channels).Select(c => Sounds.Sine(220 * (c + 1), 44100, 20000, 0.5)).ToArray();
        var clip = new AudioClip(Sounds.Interleave(tones), 44100, channels);
        clip.Write(In("a.flac"), new() { BitDepth = bits });
        clip.Write(In("a.wav"), new() { BitDepth = bits });
        Assert.DoesNotContain(
            "rror",
            Sounds.Run("ffmpeg", "-v", "warning", "-i", In("a.flac"), "-f", "null", "-"),
            StringComparison.Ordinal
        );
        Assert.Equal(AudioClip.Read(In("a.wav")).Samples.ToArray(), Ffmpeg(In("a.flac"), 44100));
        Assert.True(new FileInfo(In("a.flac")).Length < new FileInfo(In("a.wav")).Length / 2, "tones are easy to predict");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void FfmpegReadsOurOpus(int channels)
    {
        var tones = Enumerable.Range(0, channels).Select(c => Sounds.Sine(c == 3 ? 60 : 220 * (c + 1), 48000, 24000, 0.3)).ToArray();
        var clip = new AudioClip(Sounds.Interleave(tones), 48000, channels);
        clip.Write(In("a.opus"), new() { Quality = 1 });
        var theirs = Ffmpeg(In("a.opus"), 48000);
        Assert.Equal(clip.Samples.Length, theirs.Length);
        for (int c = 0; c < channels; c++)
        {
            var channel = Enumerable.Range(4800, 14400).Select(i => (double)theirs[i * channels + c]).ToArray();
            var tone = tones[c].Skip(4800).Take(14400).Select(x => (double)x).ToArray();
            double product = channel.Zip(tone, (x, y) => x * y).Sum();
            Assert.InRange(product / Math.Sqrt(channel.Sum(x => x * x) * tone.Sum(x => x * x)), 0.99, 1.0001);
        }
    }

    // a tone for each channel, each with its own pitch, swelling seven times in 2 pi seconds
    private static string Tone(int channel) => $"0.4*sin({190 * channel}*2*PI*t)*(0.6+0.4*sin(7*t))";

    private static void Make(string path, int rate, int channels, string coder) =>
        Sounds.Run(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            $"aevalsrc={string.Join('|', Enumerable.Range(1, channels).Select(Tone))}:s={rate}:d=2.3",
            "-c:a",
            coder,
            path
        );

    private static void Compare(string path, int rate, int channels, double tolerance)
    {
        var clip = AudioClip.Read(path);
        var theirs = Ffmpeg(path, rate);
        Assert.Equal((rate, channels, theirs.Length / channels), (clip.SampleRate, clip.Channels, clip.Frames));
        double worst = 0;
        for (int i = 0; i < theirs.Length; i++)
            worst = Math.Max(worst, Math.Abs(clip.Samples[i] - (double)theirs[i]));
        Assert.InRange(worst, 0, tolerance);
        Assert.InRange(Sounds.Rms(theirs), 0.05, 0.5);
    }

    private static float[] Ffmpeg(string path, int rate)
    {
        var raw = path + ".raw";
        Sounds.Run("ffmpeg", "-v", "error", "-y", "-i", path, "-f", "f32le", "-ar", $"{rate}", raw);
        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(raw)).ToArray();
    }
}
