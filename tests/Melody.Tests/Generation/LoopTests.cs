using Melody.Audio;
using Melody.Generation;
using Melody.Music;

namespace Melody.Tests.Generation;

/// <summary>A loop is its piece but for the seam, which is made as any stretch inside a piece.</summary>
public sealed class LoopTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private const int Rate = 24_000;

    private static readonly GenerationOptions Quick = new()
    {
        Seed = 7,
        Steps = 2,
        Guidance = 1,
    };

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AudioClip Tone(double seconds) =>
        new(Enumerable.Range(0, (int)Math.Round(seconds * Rate)).Select(i => 0.3f * MathF.Sin(0.05f * i + 1e-6f * i * i)).ToArray(), Rate);

    // in decimal numbers, to the nearest sample
    private static int BarSamples(int bars, int beats, double bpm) => (int)Math.Round(bars * beats * 60m * Rate / (decimal)bpm);

    [Fact]
    public async Task All_but_the_joint_stays_and_the_joint_is_an_inpainted_stretch()
    {
        int hop = fixture.Model.Networks.Autoencoder.HopLength;
        var music = Tone(5.015); // some samples beyond a whole frame
        var loop = await _generator.LoopAsync(music, options: Quick, cancellation: Token);
        int length = music.Frames / hop * hop,
            half = length / hop / 2 * hop,
            reach = Rate / 2 + (int)(Splice.FadeSeconds * Rate) + hop;
        Assert.Equal(length, loop.Audio.Frames);
        Assert.Equal(length / hop, loop.Latents.Frames);
        Assert.Equal(music.Samples[reach..(length - reach)].ToArray(), loop.Audio.Samples[reach..(length - reach)].ToArray());

        // by hand: the second half first, the middle regenerated
        float[] turned = [.. music.Samples[half..length], .. music.Samples[..half]];
        double seam = (length - half) / (double)Rate;
        var repaired = await _generator.InpaintAsync(
            new(turned, Rate),
            seam - 0.5,
            seam + 0.5,
            MusicPrompt.FromAudio(music),
            Quick,
            cancellation: Token
        );
        Assert.Equal(repaired.Audio.Samples[..(length - half)].ToArray(), loop.Audio.Samples[half..].ToArray());
        Assert.Equal(repaired.Audio.Samples[(length - half)..].ToArray(), loop.Audio.Samples[..half].ToArray());
        Assert.Equal(repaired.Latents[(length - half) / hop], loop.Latents[0]);
        Assert.Equal(("loop", length / (double)Rate - 0.5), (loop.Recipe.Task, loop.Recipe.RangeStart));
    }

    [Fact]
    public async Task Bars_that_are_no_whole_frames_keep_all_but_the_joint_to_the_sample()
    {
        int hop = fixture.Model.Networks.Autoencoder.HopLength;
        var music = Tone(5.015);
        var options = Quick with { Bpm = 70, Metre = "2/4" };
        var loop = await _generator.LoopAsync(music, options: options, cancellation: Token);
        // two bars of two beats: 82,285.7 samples, 171 frames and some
        int length = BarSamples(2, 2, 70),
            reach = Rate / 2 + (int)(Splice.FadeSeconds * Rate) + hop;
        Assert.NotEqual(0, length % hop);
        Assert.Equal(length, loop.Audio.Frames);
        Assert.Equal(length / hop + 1, loop.Latents.Frames);
        Assert.Equal(music.Samples[reach..(length - reach)].ToArray(), loop.Audio.Samples[reach..(length - reach)].ToArray());
        Assert.NotEqual(music.Samples[..(Rate / 2)].ToArray(), loop.Audio.Samples[..(Rate / 2)].ToArray());
        Assert.NotEqual(music.Samples[(length - Rate / 2)..length].ToArray(), loop.Audio.Samples[^(Rate / 2)..].ToArray());
        Assert.Equal(
            (length / (double)Rate - 0.5, length / (double)Rate + 0.5),
            (loop.Recipe.RangeStart!.Value, loop.Recipe.RangeEnd!.Value)
        );

        // by hand: 86 whole frames up to the seam, behind it 85 and some, which the music goes on to complete
        int seam = 86 * hop,
            half = length - seam;
        float[] turned = [.. music.Samples[half..length], .. music.Samples[..(86 * hop)]];
        double at = seam / (double)Rate;
        var repaired = await _generator.InpaintAsync(
            new(turned, Rate),
            at - 0.5,
            at + 0.5,
            MusicPrompt.FromAudio(music),
            options,
            cancellation: Token
        );
        Assert.Equal(repaired.Audio.Samples[..seam].ToArray(), loop.Audio.Samples[half..].ToArray());
        Assert.Equal(repaired.Audio.Samples[seam..length].ToArray(), loop.Audio.Samples[..half].ToArray());
        Assert.Equal(repaired.Latents[86], loop.Latents[0]);
        Assert.Equal(repaired.Latents[0], loop.Latents[86]);
    }

    [Theory]
    [InlineData(10.0, 120.0, null, 5, 4)]
    [InlineData(9.9, 120.0, null, 4, 4)]
    [InlineData(10.0, 100.0, "3/4", 5, 3)]
    [InlineData(10.0, 60.0, "6/8", 5, 2)] // dotted quarters
    [InlineData(9.0, 90.0, "5/8", 2, 5)]
    [InlineData(10.0, 70.0, null, 2, 4)] // 164,571.4 samples
    [InlineData(13.715, 70.0, null, 4, 4)] // 329,142.9
    [InlineData(30.0, 92.5, "7/8", 6, 7)]
    [InlineData(20.0, 133.0, "3/4", 14, 3)]
    [InlineData(8.5, 40.0, "5/4", 1, 5)]
    [InlineData(61.0, 240.0, "2/4", 122, 2)]
    public void With_a_tempo_it_has_whole_bars_to_the_sample(double seconds, double bpm, string? metre, int bars, int beats)
    {
        const int hop = 480;
        var music = Tone(seconds);
        var cut = LoopCut.Of(music, hop, bpm, metre is null ? null : Metre.Parse(metre));
        Assert.Equal(BarSamples(bars, beats, bpm), cut.Samples);
        Assert.InRange(cut.Samples, 2 * Rate, music.Frames);
        Assert.Equal(cut.Samples, cut.SeamSample + cut.Half);
        Assert.Equal(0, cut.SeamSample % hop);
        Assert.InRange(cut.SeamSample - cut.Half, -hop, hop);

        // whole frames, and without what fills the last the piece in another order
        float[] turned = cut.Turned(music.Samples);
        Assert.Equal((cut.Samples + hop - 1) / hop * hop, turned.Length);
        Assert.Equal(music.Samples[..cut.Samples].ToArray(), LoopCut.Turn(turned.AsSpan(0, cut.Samples), cut.SeamSample));
        Assert.Equal(music.Samples[..(turned.Length - cut.SeamSample)].ToArray(), turned[cut.SeamSample..]);
    }

    [Theory]
    [InlineData(9.98, 240_000)] // what is cut to frames of 20 ms
    [InlineData(9.97, 192_000)]
    public void A_last_bar_may_lack_a_moment_which_is_silent_until_the_joint_is_made(double seconds, int samples)
    {
        var music = Tone(seconds);
        var cut = LoopCut.Of(music, 480, 120, null);
        Assert.Equal(samples, cut.Samples);
        float[] expected = [.. music.Samples[..Math.Min(samples, music.Frames)], .. new float[Math.Max(0, samples - music.Frames)]];
        Assert.Equal(expected, LoopCut.Turn(cut.Turned(music.Samples).AsSpan(0, samples), cut.SeamSample));
    }

    [Fact]
    public void Its_loudness_has_no_seam()
    {
        // a click near the end holds the limiter down beyond the end: the loop's beginning is as quiet as it would be when played again
        float[] samples = [.. Enumerable.Range(0, 3 * Rate).Select(i => 0.05f * MathF.Sin(2 * MathF.PI * 200 * i / Rate))];
        for (int i = 3 * Rate - 240; i < 3 * Rate - 200; i++)
            samples[i] = 0.99f;
        var loop = LoopCut.Normalize(new(samples, Rate), -14);
        Assert.Equal(samples.Length, loop.Frames);
        var twice = Melody.Audio.LoudnessNormalizer.Normalize(new([.. samples, .. samples, .. samples, .. samples], Rate), -14);
        Assert.Equal(twice.Samples[(2 * samples.Length)..(2 * samples.Length + 2400)].ToArray(), loop.Samples[..2400].ToArray(), (a, b) =>
            MathF.Abs(a - b) < 1e-3f
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(480)]
    [InlineData(1000)]
    public void Turning_is_undone(int start)
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        float[] turned = LoopCut.Turn(values, start);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)((i + start) % 1000)).ToArray(), turned);
        Assert.Equal(values, LoopCut.Turn(turned, 1000 - start));
    }

    [Theory]
    [InlineData("slow piano, 70 bpm", null, null, 70.0, 1, 4)]
    [InlineData("a waltz at 70 bpm", null, null, 70.0, 1, 3)]
    [InlineData("a waltz", 70.0, null, 70.0, 1, 3)]
    [InlineData("a waltz at 70 bpm", 100.0, "4/4", 100.0, 2, 4)] // options come first
    public async Task The_prompts_words_tell_what_the_options_leave_open(
        string prompt,
        double? bpm,
        string? metre,
        double tempo,
        int bars,
        int beats
    )
    {
        var loop = await _generator.LoopAsync(Tone(5), prompt, Quick with { Bpm = bpm, Metre = metre }, cancellation: Token);
        Assert.Equal(tempo, loop.Recipe.Bpm);
        Assert.Equal(BarSamples(bars, beats, tempo), loop.Audio.Frames);
    }

    [Theory]
    [InlineData(1.9, null, "needs at least 2")]
    [InlineData(3.9, 60.0, "whole bars")]
    public async Task What_is_too_short_is_refused(double seconds, double? bpm, string reason) =>
        Assert.Contains(
            reason,
            (
                await Assert.ThrowsAsync<MelodyException>(() =>
                    _generator.LoopAsync(Tone(seconds), options: Quick with { Bpm = bpm }, cancellation: Token)
                )
            ).Message,
            StringComparison.Ordinal
        );
}
