using Melody.Audio;
using Melody.Generation;

namespace Melody.Tests.Generation;

/// <summary>Music before a piece: the piece stays, what leads into it is new.</summary>
public sealed class PrependTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private const int Rate = 24_000;

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static readonly GenerationOptions Quick = new()
    {
        Seed = 7,
        Steps = 1,
        Guidance = 1,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AudioClip Tone(double seconds) =>
        new([.. Enumerable.Range(0, (int)(seconds * Rate)).Select(i => 0.3f * MathF.Sin(2 * MathF.PI * 220 * i / Rate))], Rate);

    [Theory]
    [InlineData(1.0, 3.0)]
    [InlineData(2.01, 2.013)] // neither is a whole number of frames
    [InlineData(13.0, 0.5)] // more than a window
    public async Task ThePieceStaysBehindWhatIsMade(double seconds, double known)
    {
        var music = Tone(known);
        var result = await _generator.PrependAsync(music, options: Quick with { Seconds = seconds }, cancellation: Token);
        int made = result.Audio.Frames - music.Frames,
            token = Rate / fixture.Model.Config.Denoiser.TokenRate,
            fade = (int)(Splice.FadeSeconds * Rate);
        Assert.InRange(made, (int)(seconds * Rate), (int)(seconds * Rate) + token);
        Assert.Equal(0, made % token);
        Assert.Equal(music.Samples[fade..], result.Audio.Samples[(made + fade)..]);
        Assert.All(Enumerable.Range(0, made / token), n => Assert.NotEqual(0, Energy(result.Audio.Samples.Slice(n * token, token))));
        Assert.Equal("prepend", result.Recipe.Task);

        var encoded = await _generator.EncodeAsync(music.Slice(0, music.Frames / Hop * Hop), Token);
        Assert.Equal(encoded.Values.ToArray(), result.Latents.Values[^encoded.Values.Length..].ToArray());
        Assert.Equal(made / Hop + encoded.Frames, result.Latents.Frames);
    }

    [Fact]
    public async Task OneSeedOneMusicAndAnotherPromptAnotherMusic()
    {
        var options = Quick with { Seconds = 1 };
        var music = Tone(1);
        var first = await _generator.PrependAsync(music, "slow piano", options, cancellation: Token);
        var again = await _generator.PrependAsync(music, "slow piano", options, cancellation: Token);
        var other = await _generator.PrependAsync(music, "loud drums", options, cancellation: Token);
        Assert.Equal(first.Audio.Samples, again.Audio.Samples);
        Assert.NotEqual(first.Audio.Samples.ToArray(), other.Audio.Samples.ToArray());
    }

    [Fact]
    public async Task AMomentIsTooShort()
    {
        var refusal = await Assert.ThrowsAsync<MelodyException>(() =>
            _generator.PrependAsync(Tone(0.4), options: Quick, cancellation: Token)
        );
        Assert.Contains("at least 0.5", refusal.Message, StringComparison.Ordinal);
    }

    private int Hop => fixture.Model.Networks.Codec.HopLength;

    private static double Energy(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return sum;
    }
}
