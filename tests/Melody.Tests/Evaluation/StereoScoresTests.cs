using Melody.Audio;
using Melody.Evaluation.Reconstruction;

namespace Melody.Tests.Evaluation;

/// <summary>Scores of rebuilt stereo sound by closed forms.</summary>
public sealed class StereoScoresTests
{
    private const int Rate = 48_000;

    private static AudioClip Noise()
    {
        var random = new Random(1);
        return new([.. Enumerable.Range(0, 2 * Rate).Select(_ => (float)(0.2 * random.NextDouble() - 0.1))], Rate, 2);
    }

    [Fact]
    public void The_same_sound_has_no_distance()
    {
        var scores = StereoScores.Of(new("same", samples => samples), [Noise()]);
        Assert.Equal(0, scores.MonoMel + scores.MonoLogStft + scores.ChannelMel + scores.ChannelLogStft + scores.SideMel, 1e-6);
        Assert.Equal(0, scores.CorrelationError, 1e-9);
        Assert.Equal(0, scores.Correlation, 0.02); // independent channels
    }

    [Fact]
    public void Half_the_amplitude_is_six_decibels_everywhere()
    {
        var scores = StereoScores.Of(new("quieter", samples => [.. samples.Select(s => 0.5f * s)]), [Noise()]);
        double expected = 20 * Math.Log10(2);
        Assert.Equal(expected, scores.ChannelMel, 0.05);
        Assert.Equal(expected, scores.SideMel, 0.05);
        Assert.Equal(expected, scores.MonoMel, 0.05);
    }

    [Fact]
    public void Mono_in_place_of_unrelated_channels_is_an_error_of_one()
    {
        float[] Mono(float[] samples) =>
            [.. Enumerable.Range(0, samples.Length).Select(n => 0.5f * (samples[n / 2 * 2] + samples[n / 2 * 2 + 1]))];
        Assert.Equal(1, StereoScores.Of(new("mono", Mono), [Noise()]).CorrelationError, 0.02);
    }
}
