using CsCheck;
using Melody.Diffusion;
using Melody.Generation;

namespace Melody.Tests.Generation;

/// <summary>The windows of every mask make each frame once and see no more than the denoiser does.</summary>
public sealed class WindowPlannerTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private readonly TimeGrid _grid = TimeGrid.Of(fixture.Model.Config.Denoiser);

    [Fact]
    public void An_open_end_is_made_by_windows_that_begin_where_the_last_became_final() =>
        Gen.Select(Gen.Int[1, 40_000], Gen.Int[1, 3])
            .Sample(
                (frames, hop) =>
                {
                    var timeline = Timeline.Empty(fixture.Model, (long)frames * fixture.Model.Networks.Autoencoder.HopLength);
                    var windows = Fill(timeline, _grid with { HopChunks = hop });
                    Assert.Equal(0, windows[0].From);
                    Assert.True(windows[0].AllNew);
                    Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.Equal(pair.First.Accepted, pair.Second.From));
                    Assert.All(windows, w => Assert.Equal(_grid.WindowFrames, w.Frames));
                    Assert.All(windows, w => Assert.Equal(w.Until, w.End));
                    Assert.True(windows[^1].Accepted >= frames && windows[^1].From < frames);
                    Assert.Equal(frames, timeline.Latents().Frames);
                },
                iter: 30
            );

    [Fact]
    public void A_gap_is_made_inside_its_piece_and_between_frames_that_stay()
    {
        int hop = fixture.Model.Networks.Autoencoder.HopLength;
        Gen.Select(Gen.Int[25, 3000], Gen.Double[0, 1], Gen.Double[0, 1])
            .Sample(
                (frames, a, b) =>
                {
                    double seconds = (double)frames / _grid.FrameRate;
                    var (from, to) = (Math.Min(a, b) * seconds, Math.Max(a, b) * seconds);
                    var timeline = Known(frames, hop).Opened(from, to);
                    Assert.InRange(timeline.Start, 0, from * _grid.FrameRate);
                    Assert.True(timeline.End > timeline.Start && timeline.End <= frames);
                    var windows = Fill(timeline, _grid);
                    Assert.Equal(timeline.Start, windows[0].From);
                    Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.Equal(pair.First.Accepted, pair.Second.From));
                    Assert.All(windows, w =>
                    {
                        Assert.True(0 <= w.First && w.First <= w.From && w.From < w.Accepted);
                        Assert.True(w.Accepted <= w.Until && w.Until <= timeline.End && w.Until <= w.End && w.End <= frames);
                        Assert.True(w.Frames <= _grid.WindowFrames);
                    });
                    Assert.Equal(timeline.End, windows[^1].Accepted);
                },
                iter: 200
            );
    }

    // the numbers of the frames as latents: what a window accepts replaces them by their negatives
    private List<Window> Fill(Timeline timeline, TimeGrid grid)
    {
        int channels = fixture.Model.Config.Denoiser.LatentChannels;
        var planner = new WindowPlanner(grid);
        var windows = new List<Window>();
        while (planner.Next(timeline) is { } window)
        {
            timeline.Add(new long[timeline.TokensMissing(window)]);
            Assert.InRange(timeline.TokensOf(window).Length, 1, 1 + window.Frames * (double)grid.TokenRate / grid.FrameRate + 1);
            timeline.Accept(window, new float[window.Made * channels]);
            windows.Add(window);
        }
        return windows;
    }

    private Timeline Known(int frames, int hop) => Timeline.Silent(fixture.Model, frames * hop);
}
