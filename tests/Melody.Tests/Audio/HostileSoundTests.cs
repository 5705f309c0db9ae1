using System.Text;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>
/// A few thousand damaged files for each reader: samples or an error in one sentence, and no memory that the bytes do not justify.
/// </summary>
public sealed class HostileSoundTests : FolderTest
{
    [Theory]
    [InlineData("a.wav", null, 3000)]
    [InlineData("a.flac", null, 3000)]
    [InlineData("a.opus", null, 300)]
    [InlineData("a.ogg", "libvorbis", 300)]
    [InlineData("a.oga", "flac", 1000)]
    [InlineData("a.mp3", "libmp3lame", 500)]
    public void DamagedBytesGiveSamplesOrASentence(string name, string? coder, int count)
    {
        var clip = new AudioClip(Sounds.Noise(1, 2 * 3000, 0.5), 24000, 2);
        clip.Write(In(coder is null ? name : "source.wav"));
        if (coder is not null)
            Sounds.Run("ffmpeg", "-v", "error", "-y", "-i", In("source.wav"), "-c:a", coder, In(name));
        var whole = File.ReadAllBytes(In(name));
        Assert.Equal(2, AudioClip.Read(whole).Channels);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            var bytes = Mutate(whole, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var read = AudioClip.Read(bytes, maximumSeconds: 20);
                Assert.All(read.Samples.ToArray(), sample => Assert.InRange(sample, -1e6f, 1e6f));
            }
            catch (MelodyException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 29);
        }
        Assert.InRange(refused, 1, count);
    }

    // formats that libsndfile takes, with headers of their own that nobody has looked into
    [Theory]
    [InlineData("PVF1\n1 8000 16\n")]
    [InlineData("2BIT")]
    [InlineData("NIST_1A\n   1024\n")]
    [InlineData("MATLAB 5.0 MAT-file")]
    [InlineData("LM8953")]
    [InlineData("SOUND SAMPLE DATA ")]
    [InlineData("just some words")]
    public void FormatsThatNobodyMeansBySoundAreRefused(string start)
    {
        byte[] bytes = [.. Encoding.Latin1.GetBytes(start), .. new byte[4000]];
        var error = Assert.Throws<MelodyException>(() => AudioClip.Read(bytes));
        Assert.EndsWith("is not an audio file that can be read; give WAV, FLAC, Ogg or MP3.", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            // half of the changes hit the headers
            int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 200) : bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 50), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 400), bytes.Count - at)));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
            if (bytes.Count == 0)
                return [0];
        }
        return [.. bytes];
    }
}
