using Melody.Audio;
using Melody.Music;

namespace Melody.Tests.Generation;

/// <summary>What a user can get wrong: each has one sentence.</summary>
public sealed class BadRequestTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private readonly MusicGenerator _generator = new(fixture.Model);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, GenerationOptions> Options =>
        new()
        {
            {
                "length is 0",
                new() { Seconds = 0 }
            },
            {
                "length is -3",
                new() { Seconds = -3 }
            },
            {
                "length is 0.001",
                new() { Seconds = 0.001 }
            },
            {
                "length is NaN",
                new() { Seconds = double.NaN }
            },
            {
                "length is 1E+30",
                new() { Seconds = 1e30 }
            },
            {
                "tempo is 7",
                new() { Bpm = 7 }
            },
            {
                "tempo is NaN",
                new() { Bpm = double.NaN }
            },
            {
                "'H sharp'",
                new() { Key = "H sharp" }
            },
            {
                "'four'",
                new() { Metre = "four" }
            },
            {
                "steps is 0",
                new() { Steps = 0 }
            },
            {
                "steps is 1001",
                new() { Steps = 1001 }
            },
            {
                "hop is NaN",
                new() { HopSeconds = double.NaN }
            },
            {
                "hop is 0.7 seconds",
                new() { HopSeconds = 0.7 }
            },
            {
                "hop is 10 seconds",
                new() { HopSeconds = 10 }
            },
            {
                "guidance is NaN",
                new() { Guidance = double.NaN }
            },
            {
                "guidance by the prompt is NaN",
                new() { PromptGuidance = double.NaN }
            },
            {
                "guidance by the prompt is -1",
                new() { PromptGuidance = -1 }
            },
            {
                "temperature is -1",
                new() { Temperature = -1 }
            },
            {
                "top-k is 0",
                new() { TopK = 0 }
            },
            {
                "top-p is 1.5",
                new() { TopP = 1.5 }
            },
            {
                "loudness is 3",
                new() { TargetLoudness = 3 }
            },
        };

    [Theory]
    [MemberData(nameof(Options))]
    public async Task OptionsOutOfRange(string part, GenerationOptions options) =>
        AssertSentence(
            part,
            await Assert.ThrowsAsync<MelodyException>(() => _generator.GenerateAsync("piano", options, cancellation: Token))
        );

    [Theory]
    [InlineData("", "no words")]
    [InlineData("   \n", "no words")]
    [InlineData("🎹🎷", "no words")]
    public async Task PromptsWithoutWords(string prompt, string part) =>
        AssertSentence(part, await Assert.ThrowsAsync<MelodyException>(() => _generator.GenerateAsync(prompt, new(), cancellation: Token)));

    [Fact]
    public async Task APromptOfTenThousandWords() =>
        AssertSentence(
            "too long",
            await Assert.ThrowsAsync<MelodyException>(() =>
                _generator.GenerateAsync(string.Join(' ', Enumerable.Repeat("piano", 10_000)), new(), cancellation: Token)
            )
        );

    [Theory]
    [InlineData("звуки моря, 90 bpm")]
    [InlineData("静かなピアノ")]
    [InlineData("pïånô 🎹!!!")]
    public async Task OtherScriptsAreNoMistake(string prompt)
    {
        var result = await _generator.GenerateAsync(
            prompt,
            new()
            {
                Seconds = 0.2,
                Steps = 1,
                Seed = 1,
            },
            cancellation: Token
        );
        Assert.Equal(4800, result.Audio.Frames);
    }

    [Fact]
    public async Task AudioWithoutSamples()
    {
        var empty = new AudioClip([], 24000);
        AssertSentence("no samples", await Assert.ThrowsAsync<MelodyException>(() => _generator.ContinueAsync(empty, cancellation: Token)));
        AssertSentence(
            "no samples",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.GenerateAsync(MusicPrompt.FromAudio(empty), cancellation: Token))
        );
        AssertSentence("no samples", await Assert.ThrowsAsync<MelodyException>(() => _generator.EncodeAsync(empty, Token)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task SoundThatIsNoNumber(float value)
    {
        var samples = new float[24000];
        samples[^1] = value;
        var music = new AudioClip(samples, 24000);
        AssertSentence(
            "not finite",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.ContinueAsync(music, "drums", cancellation: Token))
        );
        AssertSentence("not finite", await Assert.ThrowsAsync<MelodyException>(() => _generator.EncodeAsync(music, Token)));
        var latents = await _generator.EncodeAsync(new(new float[24000], 24000), Token);
        float[] values = [.. latents.Values.ToArray()];
        values[7] = value;
        AssertSentence(
            "not finite",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.DecodeAsync(new(values, latents.Channels, latents.Rate), Token))
        );
    }

    [Fact]
    public async Task OnlyNewMusicHasAFirstWindow()
    {
        var music = new AudioClip(new float[48000], 24000);
        var options = new GenerationOptions { Loudness = LoudnessMode.FirstWindow };
        AssertSentence(
            "first window",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.ContinueAsync(music, "drums", options, cancellation: Token))
        );
        AssertSentence(
            "first window",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.InpaintAsync(music, 0.5, 1, "drums", options, cancellation: Token))
        );
        AssertSentence(
            "first window",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.LoopAsync(music, "drums", options, cancellation: Token))
        );
    }

    [Theory]
    [InlineData(8000, 1)]
    [InlineData(192_000, 2)]
    [InlineData(48_000, 6)]
    public async Task SoundFilesOfAnyRateAndNumberOfChannels(int rate, int channels)
    {
        using var folder = new TemporaryFolder();
        var samples = Enumerable
            .Range(0, rate * channels)
            .Select(i => 0.3f * MathF.Sin(2 * MathF.PI * 220 * (i / channels) / rate))
            .ToArray();
        new AudioClip(samples, rate, channels).Write(folder["a.wav"]);
        var music = AudioClip.Read(folder["a.wav"]);
        var options = new GenerationOptions
        {
            Seconds = 0.2,
            Steps = 1,
            Seed = 1,
        };
        Assert.Equal(50, (await _generator.EncodeAsync(music, Token)).Frames);
        Assert.Equal(4800, (await _generator.GenerateAsync(MusicPrompt.FromAudio(music), options, cancellation: Token)).Audio.Frames);
        Assert.Equal(28_800, (await _generator.ContinueAsync(music, "drums", options, cancellation: Token)).Audio.Frames);
        Assert.Equal(24_000, (await _generator.InpaintAsync(music, 0.4, 0.6, "drums", options, cancellation: Token)).Audio.Frames);
    }

    [Fact]
    public async Task MoreThanThreeHoursOfSound()
    {
        var music = new AudioClip(new float[3 * 3600 * 1000 + 10_000], 1000);
        AssertSentence("3.0 hours", await Assert.ThrowsAsync<MelodyException>(() => _generator.EncodeAsync(music, Token)));
        AssertSentence(
            "3.0 hours",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.ContinueAsync(music, "drums", cancellation: Token))
        );
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(double.NaN, 1)]
    public async Task RangesOutsideTheMusic(double start, double end)
    {
        var music = new AudioClip(new float[48000], 24000);
        AssertSentence(
            "does not lie inside",
            await Assert.ThrowsAsync<MelodyException>(() => _generator.InpaintAsync(music, start, end, cancellation: Token))
        );
    }

    [Fact]
    public async Task AStreamCannotBeAsLoudAsTheWhole() =>
        AssertSentence(
            "stream",
            await Assert.ThrowsAsync<MelodyException>(async () =>
            {
                await foreach (var _ in _generator.StreamAsync("piano", new() { Loudness = LoudnessMode.Whole }, cancellation: Token)) { }
            })
        );

    private static void AssertSentence(string part, MelodyException error)
    {
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }
}
