using CsCheck;
using Melody.Diffusion;
using Melody.Models;
using Melody.Presets;

namespace Melody.Tests.Diffusion;

/// <summary>Frames and tokens counted by absolute time.</summary>
public sealed class TimeGridTests
{
    private static readonly TimeGrid Paper = TimeGrid.Of(Parts.Denoiser.Config("paper"));

    [Fact]
    public void ThePaperMovesOnBy625Frames()
    {
        Assert.Equal(625, Paper.HopFrames);
        Assert.Equal(250, Paper.TokensUntil(2500));
        Assert.Equal((0L, 250L), Paper.TokensOf(0, 2500));
    }

    [Fact]
    public void ThreeFramesMakeAThirdOfAnOddWindow() => Assert.Equal(4, new TimeGrid(50, 25, 10, 3).HopFrames);

    [Theory]
    [InlineData(2.5, 625, 1875)]
    [InlineData(5, 1250, 1250)]
    [InlineData(7.5, 1875, 625)]
    public void AHopIsWholeChunksAndTheRestOfTheWindowIsKept(double seconds, int frames, int kept)
    {
        var grid = Paper.WithHop(seconds);
        Assert.Equal(frames, grid.HopFrames);
        Assert.Equal((10_000L - kept, (long)kept), grid.WindowAfter(10_000, grid.HopFrames));
        Assert.Equal(Paper.SlackFrames, grid.SlackFrames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2.5)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void OtherHopsAreRefused(double seconds) =>
        Assert.Contains("2.5", Assert.Throws<MelodyException>(() => Paper.WithHop(seconds)).Message, StringComparison.Ordinal);

    [Fact]
    public void HopsTakeSixtyThreeAndSixtyTwoTokensInTurn()
    {
        for (int hop = 0; hop < 2000; hop++)
        {
            long frames = 2500 + 625L * hop;
            Assert.Equal(hop % 2 == 0 ? 63 : 62, Paper.TokensUntil(frames + 625) - Paper.TokensUntil(frames));
            var (first, known) = Paper.WindowAfter(frames, 625);
            Assert.Equal((frames - 1875, 1875L), (first, known));
            var (token, count) = Paper.TokensOf(first, 2500);
            Assert.Equal(250, count);
            // five frames are half a token or 20 ms, after the first hop and after the two-thousandth
            Assert.InRange(10 * token - first, -5, 5);
            Assert.Equal(Paper.TokensUntil(frames + 625), token + count);
        }
    }

    [Fact]
    public void EveryRunOfFramesIsCovered() =>
        Gen.Select(Gen.Int[0, 100000], Gen.Int[1, 5000], Gen.Int[10, 250], Gen.Int[1, 100])
            .Sample(
                (start, frames, rate, tokenRate) =>
                {
                    var (first, count) = new TimeGrid(rate, tokenRate, 100, 4).TokensOf(start, frames);
                    Assert.True(count >= 1);
                    Assert.True((first + count) * (long)rate >= (long)(start + frames) * tokenRate, "the last frame has a token");
                    Assert.True((first + count - 1) * (long)rate < (long)(start + frames) * tokenRate, "the last token sounds");
                    Assert.True(2 * first * rate <= 2L * start * tokenRate + rate, "at most half a token is missing at the beginning");
                }
            );

    [Fact]
    public void AShortPieceIsKeptWhole() => Assert.Equal((0L, 300L), Paper.WindowAfter(300, 625));
}
