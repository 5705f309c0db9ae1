using CsCheck;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>The algebra of clips.</summary>
public sealed class AudioClipTests
{
    private static readonly Gen<AudioClip> Clips = Gen.Select(Gen.Int[1, 6], Gen.Int[0, 50], Gen.Int[0, 1000])
        .Select((channels, frames, seed) => new AudioClip(Sounds.Noise(seed, channels * frames), 8000, channels));

    [Fact]
    public void MonoIsTheAverage()
    {
        var clip = new AudioClip([1, 0, 0.5f, 0, 0, 0, -1, -1, -1, -1, -1, -1], 48000, 6);
        Assert.Equal([0.25f, -1], clip.ToMono().Samples.ToArray());
        Assert.Equal(2, clip.Frames);
        Assert.Equal(2 / 48000.0, clip.Seconds);
    }

    [Fact]
    public void SlicesConcatenateToTheWhole() =>
        Clips
            .SelectMany(c => Gen.Int[0, c.Frames].Select(at => (c, at)))
            .Sample(
                pair =>
                {
                    var (clip, at) = pair;
                    var whole = AudioClip.Concatenate(clip.Slice(0, at), clip.Slice(at, clip.Frames - at));
                    Assert.Equal(clip.Samples.ToArray(), whole.Samples.ToArray());
                    Assert.Equal(clip.Channels, whole.Channels);
                },
                iter: 100
            );

    [Fact]
    public void TheCallersArrayIsCopied()
    {
        float[] samples = [1, 2];
        var clip = new AudioClip(samples, 8000);
        samples[0] = 5;
        Assert.Equal(1, clip.Samples[0]);
    }

    [Fact]
    public void NonsenseIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new AudioClip([1, 2, 3], 8000, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioClip([], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioClip([], 8000, 0));
        var clip = new AudioClip([1, 2, 3, 4], 8000, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(1, int.MaxValue));
        Assert.Throws<ArgumentException>(() => AudioClip.Concatenate(clip, new AudioClip([], 8000)));
        Assert.Throws<ArgumentException>(() => AudioClip.Concatenate());
    }
}
