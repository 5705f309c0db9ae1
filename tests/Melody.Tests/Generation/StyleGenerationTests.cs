using Melody.Audio;
using Melody.Diffusion;
using Melody.Endless;
using Melody.Generation;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Generation;

/// <summary>A denoiser that hears styles: new music takes one of its palette, music that goes on keeps its own.</summary>
public sealed class StyleGenerationTests : IDisposable
{
    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 3,
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private static readonly CodebookConfig[] Books =
    [
        new()
        {
            Name = "harmony",
            Codes = 16,
            Facts = ["chroma"],
        },
        new()
        {
            Name = "timbre",
            Codes = 8,
            Facts = ["families"],
        },
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly MusicModel[] _models;

    public StyleGenerationTests() => _models = [Model("first", 1), Model("second", 2)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var model in _models)
            model.Dispose();
        _folder.Dispose();
    }

    // models that differ in their palettes alone
    private MusicModel Model(string name, int palette)
    {
        new StyledModel(Books, sizes => sizes with { PaletteSize = 9, PaletteTokens = 12 }).Write(_folder[name], denoiser =>
            SetPalette(denoiser, palette)
        );
        return MusicModel.LoadAsync(_folder[name], new() { Threads = 1 }).GetAwaiter().GetResult();
    }

    private static void SetPalette(DualPathDenoiser denoiser, int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var tokens = tensor(Enumerable.Range(0, 9 * 12 * 2).Select(_ => random.NextInt64(8)).ToArray(), [9, 12, 2]);
        var palette = denoiser.Style!.Palette!;
        palette.Set(FixedValues.Tensor(seed, palette.Residues.shape), tokens);
    }

    private async Task<float[][]> OfBothAsync(Func<MusicGenerator, Task<GenerationResult>> make)
    {
        var made = new List<float[]>();
        foreach (var model in _models)
            made.Add((await make(new MusicGenerator(model))).Audio.Samples.ToArray());
        return [.. made];
    }

    private static AudioClip Tone()
    {
        var samples = new float[24000 * 4];
        for (int n = 0; n < samples.Length; n++)
            samples[n] = (float)(0.2 * Math.Sin(2 * Math.PI * 220 * n / 24000) * Math.Exp(-n % 6000 / 3000.0));
        return new(samples, 24000);
    }

    [Fact]
    public async Task New_music_has_a_style_of_the_palette()
    {
        float[][] made = await OfBothAsync(generator => generator.GenerateAsync("slow piano", Quick, cancellation: Token));
        Assert.All(made.SelectMany(samples => samples), sample => Assert.True(float.IsFinite(sample)));
        Assert.NotEqual(made[0], made[1]);
    }

    [Fact]
    public async Task A_stream_is_the_same_samples()
    {
        var options = Quick with { Seconds = 23 };
        var generator = new MusicGenerator(_models[0]);
        var whole = await generator.GenerateAsync("slow piano", options, cancellation: Token);
        var (samples, _) = await StreamTests.ReadAsync(generator.StreamAsync("slow piano", options, cancellation: Token));
        Assert.Equal(whole.Audio.Samples.ToArray(), samples);
    }

    [Fact]
    public async Task Endless_music_keeps_its_style_until_another_prompt_takes_another()
    {
        var maker = new ModelMusicMaker(_models[0], 6);
        long[][] palette;
        using (NewDisposeScope())
            palette = [.. _models[0].Networks.Denoiser.Style!.Palette!.Tokens.contiguous().data<long>().Chunk(12 * 2)];
        var request = new EndlessRequest("slow piano", Quick with { Bpm = 90 }, false);
        using var first = (ModelMusicPiece)await maker.OpenAsync(request, null, 0, Token);
        int made = 0;
        while (await first.NextAsync(Token) is { } samples)
            made += samples.Length;
        var tail = first.TailAt(made, double.PositiveInfinity);
        Assert.Contains(tail.Style!.Tokens, palette);

        async Task<TimelineTail> NextAsync(EndlessRequest asked, IMusicPiece before)
        {
            using var next = (ModelMusicPiece)await maker.OpenAsync(asked, before, made, Token);
            _ = await next.NextAsync(Token);
            return next.TailAt(made, double.PositiveInfinity);
        }
        AssertSame(tail.Style, (await NextAsync(request, first)).Style);
        using (var unplayed = (ModelMusicPiece)await maker.OpenAsync(request, first, made, Token))
            AssertSame(tail.Style, unplayed.TailAt(made, double.PositiveInfinity).Style);
        Assert.Contains((await NextAsync(request with { Prompt = "loud drums" }, first)).Style!.Tokens, palette);

        var saved = EndlessState.Read(maker, new MemoryStream(EndlessState.Write(maker, first, made, 0, new float[100], null)));
        var kept = ((ModelMusicPiece)saved.Piece).TailAt(made, double.PositiveInfinity);
        Assert.Equal(tail.Tokens, kept.Tokens);
        AssertSame(tail.Style, kept.Style);
        AssertSame(tail.Style, (await NextAsync(saved.Request, saved.Piece)).Style);
    }

    private static void AssertSame(StylePassage expected, StylePassage? found)
    {
        Assert.Equal(expected.Tokens, found!.Tokens);
        Assert.Equal(expected.Residues, found.Residues);
    }

    [Theory]
    [InlineData(4, 1.0, 2.0)] // a gap with little on both sides
    [InlineData(4, 0.0, 2.0)]
    [InlineData(60, 5.0, 7.0)] // with little before it
    [InlineData(60, 30.0, 35.0)]
    [InlineData(60, 52.0, 56.0)]
    public void The_style_of_a_gap_is_that_of_what_lies_nearest_around_it(int seconds, double from, double to)
    {
        using var scope = NewDisposeScope();
        var (piece, latents, tokens) = Known(seconds);
        var style = piece.Opened(from, to).Style(_models[0])!;
        var sizes = _models[0].Config.Denoiser;
        int most = 20 * sizes.TokenRate,
            before = (int)(from * sizes.TokenRate),
            behind = tokens.Length / 2 - (int)(to * sizes.TokenRate),
            left = Math.Min(before, Math.Max(most / 2, most - behind)),
            right = Math.Min(behind, most - left);
        int[] places = [.. Enumerable.Range(before - left, left), .. Enumerable.Range((int)(to * sizes.TokenRate), right)];
        AssertStyle(places, latents, tokens, style);
    }

    [Fact]
    public void The_style_of_what_goes_on_is_that_of_its_last_or_first_twenty_seconds()
    {
        using var scope = NewDisposeScope();
        var (piece, latents, tokens) = Known(60);
        int rate = _models[0].Config.Denoiser.TokenRate,
            all = tokens.Length / 2;
        int[] last = [.. Enumerable.Range(all - 20 * rate, 20 * rate)];
        AssertStyle(last, latents, tokens, piece.Style(_models[0])!);
        AssertStyle(last, latents, tokens, piece.Continued(48000).Style(_models[0])!);
        AssertStyle([.. Enumerable.Range(0, 20 * rate)], latents, tokens, piece.Preceded(48000).Style(_models[0])!);
        Assert.Null(Timeline.Empty(_models[0], 48000).Style(_models[0]));
    }

    // a piece whose latents and tokens follow from their place
    private (Timeline Piece, float[] Latents, long[] Tokens) Known(int seconds)
    {
        var sizes = _models[0].Config.Denoiser;
        var random = new Random(seconds);
        float[] latents =
        [
            .. Enumerable.Range(0, seconds * sizes.LatentRate * sizes.LatentChannels).Select(_ => (float)(2 * random.NextDouble() - 1)),
        ];
        long[] tokens = [.. Enumerable.Range(0, seconds * sizes.TokenRate * 2).Select(_ => random.NextInt64(8))];
        return (Timeline.Silent(_models[0], seconds * 24000, latents, tokens), latents, tokens);
    }

    private void AssertStyle(int[] places, float[] latents, long[] tokens, StylePassage found)
    {
        var sizes = _models[0].Config.Denoiser;
        int frame = sizes.LatentRate / sizes.TokenRate * sizes.LatentChannels;
        long[] told = [.. places.SelectMany(place => tokens[(2 * place)..(2 * place + 2)])];
        float[] heard = [.. places.SelectMany(place => latents[(frame * place)..(frame * (place + 1))])];
        Assert.Equal(told, found.Tokens);
        var residues = _models[0]
            .Networks.Denoiser.Style!.Residues(
                tensor(heard, [1, heard.Length / sizes.LatentChannels, sizes.LatentChannels]) * sizes.LatentScale,
                tensor(told, [1, told.Length / 2, 2])
            );
        FixedValues.AssertClose(residues.flatten(), tensor(found.Residues), 1e-5);
    }

    [Fact]
    public async Task Music_that_goes_on_or_is_alike_has_the_style_of_what_is_there()
    {
        var music = Tone();
        float[][] continued = await OfBothAsync(generator => generator.ContinueAsync(music, options: Quick, cancellation: Token)),
            alike = await OfBothAsync(generator => generator.GenerateAsync(MusicPrompt.FromAudio(music), Quick, cancellation: Token)),
            mended = await OfBothAsync(generator => generator.InpaintAsync(music, 1, 2, options: Quick, cancellation: Token));
        float[] Style(AudioClip clip) =>
            _models[0]
                .WorkAsync(
                    token =>
                    {
                        using var scope = NewDisposeScope();
                        return Timeline.Of(_models[0], clip, 1, token).Style(_models[0])!.Residues;
                    },
                    Token
                )
                .GetAwaiter()
                .GetResult();
        float[] silent = Style(new AudioClip(new float[24000], 24000));
        Assert.NotEqual(silent, Style(music));
        Assert.Contains(silent, value => value != 0);
        Assert.Equal(continued[0], continued[1]);
        Assert.Equal(alike[0], alike[1]);
        Assert.Equal(mended[0], mended[1]);
    }
}
