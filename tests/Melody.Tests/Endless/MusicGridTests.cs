using Melody.Endless;

namespace Melody.Tests.Endless;

/// <summary>Lines of the beat against decimal arithmetic.</summary>
public sealed class MusicGridTests
{
    [Theory]
    [InlineData(120.0, 4, 0)]
    [InlineData(70.0, 3, 0)]
    [InlineData(133.0, 7, 12_345)]
    [InlineData(92.5, 5, 1)]
    public void Lines_are_the_nearest_samples_to_beats_bars_and_phrases(double bpm, int beats, int origin)
    {
        const int rate = 24_000;
        var grid = MusicGrid.Of(origin, bpm, beats, rate);
        decimal beat = 60m * rate / (decimal)bpm;
        foreach (
            var (moment, step) in new[]
            {
                (MusicMoment.NextBeat, beat),
                (MusicMoment.NextBar, beat * beats),
                (MusicMoment.EndOfPhrase, beat * beats * 4),
            }
        )
            for (int number = 1; number < 2000; number += 37)
            {
                long line = (long)Math.Round(origin + number * step);
                long behind = (long)Math.Round(origin + (number - 1) * step) + 1;
                Assert.Equal(line, grid.LineFrom(behind, moment));
                Assert.Equal(line, grid.LineUntil((long)Math.Round(origin + (number + 1) * step) - 2, moment));
            }
        Assert.Equal(777, grid.LineFrom(777, MusicMoment.Now));
    }

    [Fact]
    public void A_line_is_its_own_next_and_last_line()
    {
        var grid = MusicGrid.Of(100, 120, 4, 24_000);
        Assert.Equal(48_100, grid.LineFrom(48_100, MusicMoment.NextBar));
        Assert.Equal(48_100, grid.LineUntil(48_100, MusicMoment.NextBar));
        Assert.Equal(96_100, grid.LineFrom(48_101, MusicMoment.NextBar));
        Assert.Equal(100, grid.LineUntil(48_099, MusicMoment.NextBar));
    }
}
