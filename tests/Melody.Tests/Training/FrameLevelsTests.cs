using Melody.SemanticTokens;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Levels of bands, against sines and silence whose levels are known.</summary>
public sealed class FrameLevelsTests
{
    private const int Rate = 48_000,
        Hop = 1920;

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static float[] Levels(Func<int, double> sample, int frames = 3)
    {
        using var audio = tensor([.. Enumerable.Range(0, frames * Hop + 100).Select(n => (float)sample(n))], [1, frames * Hop + 100]);
        using var levels = new FrameLevels(Rate, Hop).Of(audio);
        Assert.Equal([1, frames, FrameFacts.LevelCount], levels.shape);
        return levels.data<float>().ToArray();
    }

    [Theory]
    [InlineData(40, 1.0)] // of 25 Hz bins
    [InlineData(40, 0.01)]
    [InlineData(200, 0.1)]
    [InlineData(6, 0.1)]
    public void A_sine_is_as_loud_as_it_is_in_its_own_band(int bin, double amplitude)
    {
        double hertz = bin * (double)Rate / Hop;
        int band = (int)((Mel(hertz) - Mel(40)) / (Mel(16_000) - Mel(40)) * FrameFacts.LevelCount);
        var levels = Levels(n => amplitude * Math.Sin(2 * Math.PI * hertz * n / Rate));
        for (int frame = 0; frame < 3; frame++)
        {
            var own = levels.AsSpan(frame * FrameFacts.LevelCount, FrameFacts.LevelCount);
            Assert.Equal(1 + 20 * Math.Log10(amplitude) / 80, own[band], 1e-3);
            Assert.Equal(band, own.IndexOf(own.ToArray().Max()));
        }
    }

    [Fact]
    public void Silence_has_no_level_and_a_frame_knows_no_other()
    {
        Assert.All(Levels(_ => 0), level => Assert.Equal(0, level));
        var levels = Levels(n => n < Hop ? 0 : Math.Sin(2 * Math.PI * 1000 * n / Rate));
        Assert.All(levels[..FrameFacts.LevelCount], level => Assert.Equal(0, level));
        Assert.Equal(levels[FrameFacts.LevelCount..(2 * FrameFacts.LevelCount)], levels[(2 * FrameFacts.LevelCount)..]);
    }
}
