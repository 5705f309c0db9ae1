using Melody.Audio;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Generation;
using Melody.Tests.Reference;

namespace Melody.Tests.Generation;

/// <summary>The whole chain with random weights: lengths, seeds, known music that stays, what results say of themselves.</summary>
public sealed class MusicGeneratorTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private readonly MusicModel _model = fixture.Model;
    private readonly MusicGenerator _generator = new(fixture.Model);

    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 3,
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.01)]
    [InlineData(3.337)]
    [InlineData(13.02)]
    public async Task TheLengthIsExact(double seconds)
    {
        var result = await _generator.GenerateAsync("slow piano", Quick with { Seconds = seconds }, cancellation: Token);
        Assert.Equal((int)Math.Round(seconds * 24000), result.Audio.Frames);
        Assert.Equal((int)Math.Ceiling(result.Audio.Frames / (double)_model.Networks.Autoencoder.HopLength), result.Latents.Frames);
        Assert.All(result.Audio.Samples.ToArray(), s => Assert.True(float.IsFinite(s)));
        Assert.All(result.Latents.Values.ToArray(), v => Assert.InRange(v, -1, 1));
    }

    [Fact]
    public async Task OneSeedOneMusic()
    {
        var first = await _generator.GenerateAsync("slow piano", Quick, cancellation: Token);
        var again = await new MusicGenerator(_model).GenerateAsync("slow piano", Quick, cancellation: Token);
        var other = await _generator.GenerateAsync("slow piano", Quick with { Seed = 8 }, cancellation: Token);
        Assert.Equal(first.Audio.Samples, again.Audio.Samples);
        Assert.NotEqual(first.Audio.Samples.ToArray(), other.Audio.Samples.ToArray());
    }

    [Fact]
    public async Task ADrawnSeedMakesTheSameMusicAgain()
    {
        var drawn = await _generator.GenerateAsync("drums", Quick with { Seed = null }, cancellation: Token);
        var again = await _generator.GenerateAsync("drums", Quick with { Seed = drawn.Recipe.Seed }, cancellation: Token);
        Assert.Equal(drawn.Audio.Samples, again.Audio.Samples);
    }

    [Fact]
    public async Task ALongerPieceBeginsWithTheShorterOneButForTheMomentBeforeItsEnd()
    {
        var brief = await _generator.GenerateAsync("a waltz", Quick with { Seconds = 10 }, cancellation: Token);
        var lasting = await _generator.GenerateAsync("a waltz", Quick with { Seconds = 17 }, cancellation: Token);
        // a seam may be put earlier by the slack
        int same = (brief.Latents.Frames - TimeGrid.Of(_model.Config.Denoiser).SlackFrames) * brief.Latents.Channels;
        Assert.Equal(brief.Latents.Values[..same].ToArray(), lasting.Latents.Values[..same].ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ContinuationsFadeInWithinTheSlack(int chunks)
    {
        var (grid, hop) = (TimeGrid.Of(_model.Config.Denoiser) with { HopChunks = chunks }, _model.Networks.Autoencoder.HopLength);
        var alone = await _generator.GenerateAsync(
            "a waltz",
            Quick with
            {
                Seconds = (double)grid.WindowFrames / grid.FrameRate,
            },
            cancellation: Token
        );
        var lasting = await _generator.GenerateAsync(
            "a waltz",
            Quick with
            {
                Seconds = 9,
                HopSeconds = (double)grid.HopFrames / grid.FrameRate,
            },
            cancellation: Token
        );
        Assert.Empty(alone.Seams);
        // a window, then a hop less the slack each time; a seam lies in the slack
        int distance = grid.HopFrames - grid.SlackFrames,
            fade = grid.FadeFrames;
        Assert.Equal((int)Math.Ceiling((9.0 * grid.FrameRate - grid.WindowFrames) / distance), lasting.Seams.Count);
        foreach (var (seam, i) in lasting.Seams.Select((b, i) => (b, i)))
            Assert.InRange(
                (double)seam / hop - (grid.WindowFrames - grid.SlackFrames + i * distance),
                1,
                grid.SlackFrames - fade + fade / 2
            );
        // up to the first fade the window is as it was alone, then another
        int first = lasting.Seams[0] / hop - fade / 2;
        Assert.Equal(
            alone.Latents.Values[..(first * alone.Latents.Channels)].ToArray(),
            lasting.Latents.Values[..(first * alone.Latents.Channels)].ToArray()
        );
        Assert.NotEqual(alone.Latents[first + 1].ToArray(), lasting.Latents[first + 1].ToArray());
    }

    [Fact]
    public async Task AContinuationKeepsWhatWasThere()
    {
        var music = Tone(11.13);
        var result = await _generator.ContinueAsync(music, options: Quick with { Seconds = 4 }, cancellation: Token);
        int hop = _model.Networks.Autoencoder.HopLength,
            begun = music.Frames / hop,
            seam = begun * hop;
        Assert.Equal(seam + 4 * 24000, result.Audio.Frames);
        int untouched = seam - (int)(Splice.FadeSeconds * 24000);
        Assert.Equal(music.Samples[..untouched], result.Audio.Samples[..untouched]);
        var encoded = await _generator.EncodeAsync(music.Slice(0, seam), Token);
        Assert.Equal(encoded.Values.ToArray(), result.Latents.Values[..encoded.Values.Length].ToArray());
        Assert.Equal("continue", result.Recipe.Task);
    }

    [Fact]
    public async Task InpaintingKeepsWhatIsNoWholeFrame()
    {
        var music = Tone(5.015);
        var result = await _generator.InpaintAsync(music, 1, 2, options: Quick, cancellation: Token);
        Assert.Equal(music.Frames, result.Audio.Frames);
        Assert.Equal(music.Samples[^1000..].ToArray(), result.Audio.Samples[^1000..].ToArray());
    }

    [Theory]
    [InlineData(4.0, 6.0)]
    [InlineData(0.0, 2.5)]
    [InlineData(2.0, 19.5)]
    [InlineData(15.0, 20.0)]
    public async Task InpaintingChangesTheRangeAlone(double start, double end)
    {
        var music = Tone(20);
        var result = await _generator.InpaintAsync(music, start, end, options: Quick, cancellation: Token);
        Assert.Equal(music.Frames, result.Audio.Frames);
        int fade = (int)(Splice.FadeSeconds * 24000) + _model.Networks.Autoencoder.HopLength;
        int first = Math.Max(0, (int)(start * 24000) - fade),
            last = Math.Min(music.Frames, (int)(end * 24000) + fade);
        Assert.Equal(music.Samples[..first], result.Audio.Samples[..first]);
        Assert.Equal(music.Samples[last..], result.Audio.Samples[last..]);
        Assert.NotEqual(music.Samples[first..last].ToArray(), result.Audio.Samples[first..last].ToArray());

        var encoded = await _generator.EncodeAsync(music, Token);
        int from = (int)(start * encoded.Rate),
            to = (int)Math.Ceiling(end * encoded.Rate);
        for (int frame = 0; frame < encoded.Frames; frame++)
        {
            if (frame < from || frame >= to)
                Assert.Equal(encoded[frame], result.Latents[frame]);
            else
                Assert.NotEqual(encoded[frame].ToArray(), result.Latents[frame].ToArray());
        }
    }

    [Fact]
    public async Task EncodingAndDecodingKeepTheLength()
    {
        var latents = await _generator.EncodeAsync(Tone(2.03), Token);
        var audio = await _generator.DecodeAsync(latents, Token);
        Assert.Equal(latents.Frames * _model.Networks.Autoencoder.HopLength, audio.Frames);
        var foreign = new AudioLatents(new float[30], 3, 77);
        Assert.Contains(
            "3 channels",
            (await Assert.ThrowsAsync<MelodyException>(() => _generator.DecodeAsync(foreign, Token))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task MusicAsAPromptOfAnyKindIsHeard()
    {
        var stereo = new AudioClip(FixedValues.Series(1, 2 * 8000).Select(v => (float)v).ToArray(), 8000, 2);
        var result = await _generator.GenerateAsync(MusicPrompt.FromAudio(stereo), Quick, cancellation: Token);
        Assert.Equal(3 * 24000, result.Audio.Frames);
        Assert.Equal("like", result.Recipe.Task);
        Assert.Null(result.Recipe.Prompt);
    }

    [Fact]
    public async Task ThePromptsOwnWordsAreInTheRecipe()
    {
        var result = await _generator.GenerateAsync("slow sad piano in A minor, 70 bpm", Quick with { Seconds = 1 }, cancellation: Token);
        Assert.Equal(70, result.Recipe.Bpm);
        Assert.Equal("A minor", result.Recipe.Key);
        var asked = await _generator.GenerateAsync(
            "slow sad piano in A minor, 70 bpm",
            Quick with
            {
                Seconds = 1,
                Bpm = 92,
                Metre = "3/4",
            },
            cancellation: Token
        );
        Assert.Equal(92, asked.Recipe.Bpm);
        Assert.Equal("3/4", asked.Recipe.Metre);
        Assert.Equal(asked.Recipe, GenerationRecipe.FromJson(asked.Recipe.ToJson()));
        Assert.Equal(_model.Hash, asked.Recipe.ModelHash);
    }

    [Fact]
    public async Task ThePassesAreThePapersCount()
    {
        // 25 tokens a second and T steps for one window (paper, table 3)
        var plan = await PlanAsync("organ", Quick with { Seconds = 1, Steps = 5 });
        using var session = await Session.OpenAsync(_model, plan, LoudnessMode.Raw, Token);
        while (await session.NextAsync(null, Token) is not null) { }
        var sizes = _model.Config.Denoiser;
        Assert.Equal(sizes.Frames * sizes.TokenRate / sizes.LatentRate + 5, session.FunctionEvaluations);
    }

    [Fact]
    public async Task ResultsAreAsLoudAsAsked()
    {
        var result = await _generator.GenerateAsync(
            "organ",
            Quick with
            {
                Seconds = 8,
                Loudness = null,
                TargetLoudness = -20,
            },
            cancellation: Token
        );
        Assert.Equal(-20, LoudnessMeter.Of(result.Audio).Integrated, 0.3);
        Assert.True(TruePeak.Of(result.Audio) <= -1);
    }

    [Fact]
    public async Task ManyAtOnceAreAsOneAfterTheOther()
    {
        var alone = await _generator.GenerateAsync("flute", Quick, cancellation: Token);
        var together = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => new MusicGenerator(_model).GenerateAsync("flute", Quick, cancellation: Token))
        );
        Assert.All(together, result => Assert.Equal(alone.Audio.Samples, result.Audio.Samples));
    }

    [Fact]
    public async Task CancellationEndsTheWork()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var heard = new List<GenerationProgress>();
        var progress = new Listener(p =>
        {
            heard.Add(p);
            if (p.Stage == "diffusion")
                source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _generator.GenerateAsync("flute", Quick with { Seconds = 600, Steps = 50 }, progress, source.Token)
        );
        Assert.Single(heard, p => p.Stage == "diffusion");
    }

    [Fact]
    public async Task ProgressRisesToOne()
    {
        var heard = new List<double>();
        await _generator.GenerateAsync("flute", Quick with { Seconds = 14 }, new Listener(p => heard.Add(p.Fraction)), Token);
        Assert.Equal(heard.Order(), heard);
        Assert.InRange(heard[^1], 0.99, 1.0001);
    }

    [Fact]
    public async Task TextAndMusicTakeOnePathBehindThePrefixTokens()
    {
        var spoken = await PlanAsync("a march of drums", Quick);
        var heard = await PlanAsync(MusicPrompt.FromAudio(Tone(2)), Quick);
        Assert.Equal(_model.Config.JointEmbedding.Quantizer.Levels, spoken.Conditions.Prefix.Count);
        Assert.NotEqual(spoken.Conditions.Prefix, heard.Conditions.Prefix);
        var ofSpoken = await SamplesAsync(spoken);
        Assert.NotEqual(ofSpoken, await SamplesAsync(heard));
        Assert.Equal(
            ofSpoken,
            await SamplesAsync(
                heard with
                {
                    Conditions = heard.Conditions with { Prefix = spoken.Conditions.Prefix, Controls = spoken.Conditions.Controls },
                }
            )
        );

        async Task<List<float>> SamplesAsync(GenerationPlan plan)
        {
            using var session = await Session.OpenAsync(_model, plan, LoudnessMode.Raw, Token);
            List<float> samples = [];
            while (await session.NextAsync(null, Token) is { } next)
                samples.AddRange(next);
            return samples;
        }
    }

    private Task<GenerationPlan> PlanAsync(MusicPrompt prompt, GenerationOptions options) =>
        GenerationPlan.ReadAsync(_model, MusicRequest.From(prompt), options, Token);

    [Fact]
    public async Task FilesHoldTheirRecipe()
    {
        using var folder = new TemporaryFolder();
        var result = await _generator.GenerateAsync("slow flute", Quick with { Seconds = 0.5 }, cancellation: Token);
        result.Write(folder["a.wav"]);
        var metadata = AudioClip.ReadMetadata(folder["a.wav"]);
        Assert.Equal("slow flute", metadata.Title);
        Assert.Equal(result.Recipe, GenerationRecipe.FromJson(metadata.Recipe!));
        result.Write(folder["b.wav"], new() { Metadata = new() { Title = "mine" } });
        Assert.Equal(("mine", null), (AudioClip.ReadMetadata(folder["b.wav"]).Title, AudioClip.ReadMetadata(folder["b.wav"]).Recipe));
    }

    [Theory]
    [InlineData("generate")]
    [InlineData("like")]
    [InlineData("continue")]
    [InlineData("inpaint")]
    [InlineData("encode")]
    [InlineData("decode")]
    public async Task LiveTensorsStayFlatOverFiftyRuns(string pipeline)
    {
        var options = Quick with { Seconds = 0.5, Steps = 1, Guidance = 2.5 };
        var music = Tone(0.6);
        var latents = await _generator.EncodeAsync(music, Token);
        Func<Task> run = pipeline switch
        {
            "generate" => () => _generator.GenerateAsync("flute", options, cancellation: Token),
            "like" => () => _generator.GenerateAsync(MusicPrompt.FromAudio(music), options, cancellation: Token),
            "continue" => () => _generator.ContinueAsync(music, "flute", options, cancellation: Token),
            "inpaint" => () => _generator.InpaintAsync(music, 0.2, 0.4, "flute", options, cancellation: Token),
            "encode" => () => _generator.EncodeAsync(music, Token),
            _ => () => _generator.DecodeAsync(latents, Token),
        };
        await LiveTensors.AssertFlatOnAllThreadsAsync(run);
    }

    private static AudioClip Tone(double seconds) =>
        new(
            Enumerable.Range(0, (int)Math.Round(seconds * 24000)).Select(i => 0.3f * MathF.Sin(2 * MathF.PI * 220 * i / 24000)).ToArray(),
            24000
        );

    private sealed class Listener(Action<GenerationProgress> hear) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => hear(value);
    }
}

/// <summary>One model of random weights for all tests of a class.</summary>
public sealed class UntrainedModel : IDisposable
{
    public MusicModel Model { get; } = MusicModel.CreateUntrained("test", seed: 3);

    public void Dispose() => Model.Dispose();
}
