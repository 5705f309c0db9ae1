using Melody.Audio;

namespace Melody.Tests.Generation;

/// <summary>A loop is its piece but for the joint, which is made as any stretch inside a piece.</summary>
public sealed class LoopTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private const int Rate = 24_000;

    private static readonly GenerationOptions Quick = new() { Seed = 7, Steps = 2, Guidance = 1 };

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AudioClip Tone(double seconds) =>
        new(Enumerable.Range(0, (int)Math.Round(seconds * Rate)).Select(i => 0.3f * MathF.Sin(0.05f * i + 1e-6f * i * i)).ToArray(), Rate);

    [Fact]
    public async Task All_but_the_joint_stays_and_the_joint_is_an_inpainted_stretch()
    {
        int hop = fixture.Model.Networks.Autoencoder.HopLength;
        var music = Tone(5.015); // some samples beyond a whole frame
        var loop = await _generator.LoopAsync(music, options: Quick, cancellation: Token);
        int length = music.Frames / hop * hop, half = length / hop / 2 * hop, reach = Rate / 2 + (int)(Splice.FadeSeconds * Rate) + hop;
        Assert.Equal(length, loop.Audio.Frames);
        Assert.Equal(length / hop, loop.Latents.Frames);
        Assert.Equal(music.Samples[reach..(length - reach)].ToArray(), loop.Audio.Samples[reach..(length - reach)].ToArray());

        // by hand: the second half first, the middle made anew
        float[] turned = [.. music.Samples[half..length], .. music.Samples[..half]];
        double joint = (length - half) / (double)Rate;
        var mended = await _generator.InpaintAsync(new(turned, Rate), joint - 0.5, joint + 0.5, MusicPrompt.FromAudio(music), Quick, cancellation: Token);
        Assert.Equal(mended.Audio.Samples[..(length - half)].ToArray(), loop.Audio.Samples[half..].ToArray());
        Assert.Equal(mended.Audio.Samples[(length - half)..].ToArray(), loop.Audio.Samples[..half].ToArray());
        Assert.Equal(mended.Latents[(length - half) / hop], loop.Latents[0]);
        Assert.Equal(("loop", length / (double)Rate - 0.5), (loop.Recipe.Task, loop.Recipe.RangeStart));
    }

    [Theory]
    [InlineData(10.0, 120.0, null, 10.0)] // five bars of 2 s
    [InlineData(9.9, 120.0, null, 8.0)]
    [InlineData(9.999, 120.0, null, 9.98)] // a bar that lacks a millisecond counts; whole frames
    [InlineData(10.0, 100.0, "3/4", 9.0)] // five bars of 1.8 s
    [InlineData(10.0, 60.0, "6/8", 10.0)] // five bars of two dotted quarters
    [InlineData(9.0, 90.0, "5/8", 6.66)] // two bars of 3.33 s
    public void With_a_tempo_it_has_whole_bars(double seconds, double bpm, string? metre, double expected) =>
        Assert.Equal(expected, LoopCut.Of(Tone(seconds), 480, new() { Bpm = bpm, Metre = metre }).Samples / (double)Rate, 1e-9);

    [Theory]
    [InlineData(1.9, null, "needs at least 2")]
    [InlineData(3.9, 60.0, "whole bars")]
    public async Task What_is_too_short_is_refused(double seconds, double? bpm, string reason) => Assert.Contains(reason,
        (await Assert.ThrowsAsync<MelodyException>(() => _generator.LoopAsync(Tone(seconds), options: Quick with { Bpm = bpm }, cancellation: Token))).Message, StringComparison.Ordinal);
}
