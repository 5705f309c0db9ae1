using Melody.Audio;
using Melody.Generation;
using Melody.Tests.Reference;

namespace Melody.Tests.Generation;

/// <summary>What is made of music is as loud as that music, however soft or loud it is.</summary>
public sealed class LevelTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private const int Rate = 24_000;

    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 1,
        Seed = 7,
        Steps = 1,
        Guidance = 1,
    };

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // noise of that root mean square, dB of full scale
    private static AudioClip Music(double decibels, double seconds = 3)
    {
        double[] noise = FixedValues.Series(5, (int)(seconds * Rate));
        double gain = Math.Pow(10, decibels / 20) / Math.Sqrt(noise.Average(v => v * v));
        return new([.. noise.Select(v => (float)(v * gain))], Rate);
    }

    private static double Level(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return 10 * Math.Log10(sum / samples.Length);
    }

    private async Task<double> NewLevelAsync(string task, AudioClip music)
    {
        if (task == "continue")
            return Level((await _generator.ContinueAsync(music, "flute", Quick, cancellation: Token)).Audio.Samples[^Rate..]);
        if (task == "prepend")
            return Level((await _generator.PrependAsync(music, "flute", Quick, cancellation: Token)).Audio.Samples[..Rate]);
        if (task == "inpaint")
            return Level((await _generator.InpaintAsync(music, 1, 2, "flute", Quick, cancellation: Token)).Audio.Samples.Slice(Rate, Rate));
        return Level((await _generator.LoopAsync(music, "flute", Quick, cancellation: Token)).Audio.Samples[..(Rate / 4)]);
    }

    [Theory]
    [InlineData("continue")]
    [InlineData("prepend")]
    [InlineData("inpaint")]
    [InlineData("loop")]
    public async Task New_parts_are_as_loud_as_the_music_around_them(string task)
    {
        foreach (double level in new[] { -90, -60, -40, -22, 0, 30.0 })
            Assert.Equal(level, await NewLevelAsync(task, Music(level)), 1.0);
    }

    [Fact]
    public void Two_seams_of_different_levels_are_both_matched()
    {
        // sines: 0.1 before, 0.4 behind; between them a take that is 1 all over
        float[] known = [.. Enumerable.Range(0, 12 * Rate).Select(i => (i < 4 * Rate ? 0.1f : 0.4f) * MathF.Sin(0.05f * i))],
            take = [.. Enumerable.Range(0, 8 * Rate).Select(i => MathF.Sin(0.05f * i))];
        LevelMatch.Apply(take, 2 * Rate, known, 4 * Rate, 8 * Rate, 720, Rate);
        Assert.Equal(-20 - 3.01, Level(take.AsSpan(2 * Rate, Rate / 10)), 0.3);
        Assert.Equal(-8 - 3.01, Level(take.AsSpan(6 * Rate - Rate / 10, Rate / 10)), 0.3);
        Assert.Equal(-14 - 3.01, Level(take.AsSpan(4 * Rate - Rate / 20, Rate / 10)), 0.3);
        Assert.Equal(MathF.Sin(0.05f * Rate), take[Rate]);
        Assert.Equal(MathF.Sin(0.05f * (7 * Rate)), take[7 * Rate]);
    }

    [Fact]
    public void Silence_around_leaves_the_level()
    {
        float[] take = [1, 1, 1, 1];
        LevelMatch.Apply(take, 0, new float[10], 1, 3, 1, Rate);
        Assert.Equal([1, 1, 1, 1], take);
    }

    [Theory]
    [InlineData(-13.2)]
    [InlineData(-14)]
    [InlineData(-14.8)]
    public void Music_of_a_usual_level_is_heard_as_it_is(double lufs)
    {
        var music = LoudnessNormalizer.Normalize(Music(-30), lufs);
        Assert.Equal(lufs, LoudnessMeter.Of(music).Integrated, 0.1);
        Assert.Equal(1, SourceLevel.GainOf(music));
    }

    [Theory]
    [InlineData(-36)]
    [InlineData(-60)]
    [InlineData(6)]
    public void All_other_music_is_brought_to_the_typical_level(double decibels)
    {
        var music = Music(decibels);
        var heard = SourceLevel.Apply(music, SourceLevel.GainOf(music));
        Assert.Equal(SourceLevel.Usual, LoudnessMeter.Of(heard).Integrated, 0.05);
        float[] back = heard.Samples.ToArray();
        SourceLevel.Undo(back, SourceLevel.GainOf(music));
        for (int i = 0; i < back.Length; i++)
            Assert.Equal(music.Samples[i], back[i], 1e-6 * Math.Abs(music.Samples[i]));
    }

    [Fact]
    public void Silence_has_no_gain_and_whispers_have_one()
    {
        Assert.Equal(1, SourceLevel.GainOf(new(new float[Rate], Rate)));
        var whisper = Music(-100);
        Assert.Equal(SourceLevel.Usual, -0.691 + Level(SourceLevel.Apply(whisper, SourceLevel.GainOf(whisper)).Samples), 0.05);
    }

    [Fact]
    public async Task Samples_that_are_no_sound_are_refused()
    {
        var samples = new float[Rate];
        samples[100] = -2e6f;
        var error = await Assert.ThrowsAsync<MelodyException>(() =>
            _generator.ContinueAsync(new(samples, Rate), "flute", Quick, cancellation: Token)
        );
        Assert.Contains("1,000,000 times full scale", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_is_not_handed_out(float value)
    {
        Finite.RequireAll([0, float.MaxValue, -1]);
        Assert.Throws<MelodyException>(() => Finite.RequireAll([0, value, 1]));
    }

    [Fact]
    public async Task Damaged_weights_give_no_samples()
    {
        using var model = MusicModel.CreateUntrained("test", 3);
        using (TorchSharp.torch.no_grad())
            foreach (var parameter in model.Networks.Autoencoder.Decoder.parameters())
                parameter.fill_(float.NaN);
        var generator = new MusicGenerator(model);
        await Assert.ThrowsAsync<MelodyException>(() => generator.GenerateAsync("flute", Quick, cancellation: Token));
        await Assert.ThrowsAsync<MelodyException>(() =>
            generator.DecodeAsync(
                new(
                    new float[40 * model.Config.Denoiser.LatentChannels],
                    model.Config.Denoiser.LatentChannels,
                    model.Config.Denoiser.LatentRate
                ),
                Token
            )
        );
    }
}
