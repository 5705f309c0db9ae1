using Melody.Audio;
using Melody.Tests.Audio;

namespace Melody.Tests.Generation;

/// <summary>Whatever stereo a piece has, what is made of it at 48 kHz is as loud as what is around it, and keeps both channels.</summary>
public sealed class StereoLevelTests(StereoModel fixture) : IClassFixture<StereoModel>
{
    private const int Rate = 48_000;

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 1,
        Seed = 7,
        Steps = 1,
        Guidance = 1,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // noise in both channels: the left one's, a share of it on the right, and the right one's own
    private static AudioClip Music(double decibels, double share, double own, double seconds = 3, int rate = Rate)
    {
        int frames = (int)(seconds * rate);
        float[] left = Sounds.Noise(1, frames),
            other = Sounds.Noise(2, frames),
            both = Sounds.Interleave(left, [.. left.Zip(other, (a, b) => (float)(share * a + own * b))]);
        double gain = Math.Pow(10, decibels / 20) / Sounds.Rms(both);
        return new([.. both.Select(s => (float)(s * gain))], rate, 2);
    }

    private static double Level(ReadOnlySpan<float> samples) => Sounds.Decibels(Sounds.Rms(samples));

    private async Task<(AudioClip Made, int From, int To)> MakeAsync(string task, AudioClip music)
    {
        var made = task switch
        {
            "continue" => await _generator.ContinueAsync(music, "flute", Quick, cancellation: Token),
            "prepend" => await _generator.PrependAsync(music, "flute", Quick, cancellation: Token),
            "inpaint" => await _generator.InpaintAsync(music, 1, 2, "flute", Quick, cancellation: Token),
            _ => await _generator.LoopAsync(music, "flute", Quick, cancellation: Token),
        };
        int end = made.Audio.Frames;
        return task switch
        {
            "continue" => (made.Audio, end - Rate, end),
            "prepend" => (made.Audio, 0, Rate),
            "inpaint" => (made.Audio, Rate, 2 * Rate),
            _ => (made.Audio, 0, Rate / 4),
        };
    }

    [Theory]
    [InlineData("continue")]
    [InlineData("prepend")]
    [InlineData("inpaint")]
    [InlineData("loop")]
    public async Task New_parts_are_as_loud_as_the_music_around_them(string task)
    {
        (double Level, double Share, double Own)[] kinds =
        [
            (-60, 0.5, 0.5), // much quieter than any corpus
            (20, 0, 0), // much louder, and the right channel is silent
            (-35, -1, 0), // opposite phases, whose sum is silence
        ];
        foreach (var (level, share, own) in kinds)
        {
            var (made, from, to) = await MakeAsync(task, Music(level, share, own));
            Assert.Equal((2, Rate), (made.Channels, made.SampleRate));
            Assert.Equal(level, Level(made.Samples[(2 * from)..(2 * to)]), 1.0);
        }
    }

    [Fact]
    public async Task Music_of_one_channel_becomes_stereo_everywhere()
    {
        var music = Music(-30, 1, 0, 2.5, 44_100).ToMono();
        foreach (string task in new[] { "prepend", "inpaint", "loop" })
        {
            var (made, from, to) = await MakeAsync(task, music);
            Assert.Equal((2, Rate), (made.Channels, made.SampleRate));
            Assert.Equal(-30, Level(made.Samples[(2 * from)..(2 * to)]), 1.0);
        }
        var latents = await _generator.EncodeAsync(music, Token);
        Assert.Equal(Math.Ceiling(music.Seconds * latents.Rate), latents.Frames);
        Assert.Equal(2, (await _generator.DecodeAsync(latents, Token)).Channels);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(192_000)]
    public async Task Any_rate_can_be_mended_and_encoded(int rate)
    {
        var music = Music(-20, 0.3, 0.7, 2.2, rate);
        var (made, _, _) = await MakeAsync("inpaint", music);
        Assert.Equal((2, Rate, (int)(2.2 * Rate)), (made.Channels, made.SampleRate, made.Frames));
        // what is far from the new part is the music itself, resampled: as correlated as it was
        double before = 0,
            energies = 0;
        for (int n = 0; n < Rate / 2; n++)
            (before, energies) = (
                before + made.Samples[2 * n] * made.Samples[2 * n + 1],
                energies + made.Samples[2 * n] * made.Samples[2 * n]
            );
        Assert.Equal(0.3, before / energies, 0.1);
        Assert.Equal(110, (await _generator.EncodeAsync(music, Token)).Frames);
    }

    [Theory]
    [InlineData("continue")]
    [InlineData("inpaint")]
    [InlineData("loop")]
    public async Task Digital_silence_is_no_obstacle(string task)
    {
        var (made, _, _) = await MakeAsync(task, new(new float[2 * 3 * Rate], Rate, 2));
        Assert.DoesNotContain(made.Samples.ToArray(), s => !float.IsFinite(s));
        Assert.Equal(2, made.Channels);
    }
}
