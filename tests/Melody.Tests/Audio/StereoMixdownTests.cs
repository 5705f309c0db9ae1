using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Any number of channels to two, against gains worked out by hand.</summary>
public sealed class StereoMixdownTests
{
    private const double S = 0.7071067811865476;

    private static float[] Mixed(params float[] frame) => StereoMixdown.Of(new(frame, 48_000, frame.Length)).Samples.ToArray();

    [Fact]
    public void One_channel_sounds_on_both_sides_and_two_stay()
    {
        Assert.Equal([0.5f, 0.5f], Mixed(0.5f));
        Assert.Equal([0.5f, -0.25f], Mixed(0.5f, -0.25f));
    }

    [Theory]
    [InlineData(0, 1.0, 0.0)] // front left
    [InlineData(1, 0.0, 1.0)]
    [InlineData(2, S, S)] // centre
    [InlineData(3, 0.0, 0.0)] // low frequencies
    [InlineData(4, S, 0.0)] // back left
    [InlineData(5, 0.0, S)]
    public void Six_channels_go_to_their_sides(int channel, double left, double right)
    {
        var frame = new float[6];
        frame[channel] = 1;
        double sum = 1 + 2 * S; // what a channel gets at most
        var mixed = Mixed(frame);
        Assert.Equal(left / sum, mixed[0], 1e-6);
        Assert.Equal(right / sum, mixed[1], 1e-6);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(11)]
    public void Full_scale_in_every_channel_is_full_scale_at_most(int channels)
    {
        var mixed = Mixed([.. Enumerable.Repeat(1f, channels)]);
        Assert.Equal(mixed[0], mixed[1], 1e-6);
        Assert.InRange(mixed[0], 0.9, 1.000001);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(9)]
    public void A_file_that_is_mixed_while_it_is_read_is_the_same(int channels)
    {
        var random = new Random(1);
        AudioClip clip = new([.. Enumerable.Range(0, 40_000 * channels).Select(_ => (float)(random.NextDouble() - 0.5))], 32_000, channels);
        byte[] bytes = clip.ToBytes(AudioFormat.Wav, new() { BitDepth = 32 });
        using var reader = AudioReader.OpenRest(new MemoryStream(bytes));
        var read = reader.ReadMixed(48_000, 2);
        var expected = StereoMixdown.Of(clip).Resample(48_000);
        Assert.Equal((2, 48_000, expected.Frames), (read.Channels, read.SampleRate, read.Frames));
        for (int i = 0; i < read.Samples.Length; i++)
            Assert.Equal(expected.Samples[i], read.Samples[i], 1e-6);
    }
}
