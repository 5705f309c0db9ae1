using Melody.Audio;
using Melody.Diffusion;
using Melody.Endless;
using Melody.Generation;
using Melody.Models;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Generation;

/// <summary>A model whose language model leaves the codebook of levels open: what is made takes them from a passage.</summary>
public sealed class RecalledTokensTests : IDisposable
{
    private const int Books = 3,
        Passages = 9,
        Length = 12;

    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 3,
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    private static readonly CodebookConfig[] Codebooks =
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
        new()
        {
            Name = "sound",
            Codes = Passages,
            Facts = ["levels"],
        },
    ];

    private string Write(string name, int[] unwritten, int palette = Passages)
    {
        new StyledModel(
            Codebooks,
            sizes =>
                sizes with
                {
                    PaletteSize = palette,
                    PaletteTokens = palette == 0 ? 0 : Length,
                    PaletteVectorWidth = palette == 0 ? 0 : Parts.JointEmbedding.Config("test").EmbeddingWidth,
                },
            sizes => sizes with { Readout = FrameFacts.Count },
            sizes => sizes with { UnwrittenCodebooks = unwritten }
        ).Write(_folder[name], SetPalette);
        return _folder[name];
    }

    // passage n has the sound n throughout
    private static void SetPalette(DualPathDenoiser denoiser)
    {
        if (denoiser.Style!.Palette is not { } palette)
            return;
        using var scope = NewDisposeScope();
        var random = new Random(3);
        long[] tokens =
        [
            .. Enumerable.Range(0, Passages * Length).SelectMany(i => new long[] { random.NextInt64(16), random.NextInt64(8), i / Length }),
        ];
        palette.Set(
            FixedValues.Tensor(5, palette.Residues.shape),
            tensor(tokens, [Passages, Length, Books]),
            FixedValues.Tensor(6, palette.Vectors!.shape)
        );
    }

    private async Task<MusicModel> LoadAsync() =>
        await MusicModel.LoadAsync(Write("model", [2]), new() { Threads = 1 }, cancellation: Token);

    [Fact]
    public async Task New_music_has_the_sound_of_one_passage()
    {
        using var model = await LoadAsync();
        var maker = new ModelMusicMaker(model, 6);
        var request = new EndlessRequest("slow piano", Quick with { Bpm = 90 }, false);
        using var piece = (ModelMusicPiece)await maker.OpenAsync(request, null, 0, Token);
        int made = 0;
        while (await piece.NextAsync(Token) is { } samples)
            made += samples.Length;
        var tail = piece.TailAt(made, double.PositiveInfinity);
        long[] sound = [.. tail.Tokens.Where((_, i) => i % Books == 2)];
        Assert.NotEmpty(sound);
        Assert.Equal(Enumerable.Repeat(tail.Style!.Tokens[2], sound.Length), sound);
    }

    [Fact]
    public async Task A_stream_is_the_same_samples_as_the_whole()
    {
        using var model = await LoadAsync();
        var options = Quick with { Seconds = 23 };
        var generator = new MusicGenerator(model);
        var whole = await generator.GenerateAsync("slow piano", options, cancellation: Token);
        var (samples, _) = await StreamTests.ReadAsync(generator.StreamAsync("slow piano", options, cancellation: Token));
        Assert.Equal(whole.Audio.Samples.ToArray(), samples);
        Assert.All(samples, sample => Assert.True(float.IsFinite(sample)));
    }

    [Fact]
    public async Task Music_that_goes_on_recalls_from_what_is_there()
    {
        using var model = await LoadAsync();
        long[] tokens = [.. Enumerable.Range(0, 40).SelectMany(i => new long[] { i % 16, i % 8, i % 2 == 0 ? 4 : 6 })];
        var passage = new StylePassage(
            new float[40 * model.Config.Denoiser.FramesPerToken() * model.Config.Denoiser.LatentChannels],
            tokens
        );
        var style = new MusicStyle(model.Networks, passage, [1, 2], 7);
        long[] open = [.. tokens.Select((token, i) => i % Books == 2 ? CodebookSizes.Unknown : token)];
        Assert.Equal(tokens, style.Complete(open, []));
        Assert.Same(passage, style.Passage);
        var source = new AudioClip([.. Enumerable.Range(0, 48000).Select(n => (float)(0.3 * Math.Sin(n * 0.05)))], 24000);
        var continued = await new MusicGenerator(model).ContinueAsync(source, options: Quick, cancellation: Token);
        Assert.All(continued.Audio.Samples.ToArray(), sample => Assert.True(float.IsFinite(sample)));
    }

    [Fact]
    public async Task Of_passages_that_play_the_same_the_one_like_the_prompt_is_taken()
    {
        using var model = await LoadAsync();
        using var scope = NewDisposeScope();
        var palette = model.Networks.Denoiser.Style!.Palette!;
        var same = tensor(new long[] { 3, 2, 0 }).expand(Passages, Length, Books).clone();
        same.select(-1, 2).copy_(arange(Passages, int64).unsqueeze(1));
        var music = new long[] { 3, 2, CodebookSizes.Unknown };
        long[] prefix = model.Networks.JointEmbedding.TokensForText(["slow piano"]).data<long>().ToArray();
        var prompt = model.Networks.VectorOf(prefix).flatten();
        for (int like = 0; like < Passages; like++)
        {
            // all others point the other way, and vectors have no length
            var vectors = -prompt.expand(Passages, -1).clone();
            vectors[like] = prompt * 7;
            palette.Set(palette.Residues, same, vectors);
            for (ulong seed = 0; seed < 5; seed++)
            {
                Assert.Equal(like, new MusicStyle(model.Networks, null, prefix, seed).Complete(music, [])[2]);
                _ = new MusicStyle(model.Networks, null, [], seed).Complete(music, []); // any
            }
        }
    }

    [Theory]
    [InlineData(1, Passages, "and those that only sound tells are 2")]
    [InlineData(2, 0, "has no palette")]
    public void A_model_that_cannot_recall_them_is_refused(int unwritten, int palette, string reason)
    {
        string folder = Write("odd", [unwritten], palette);
        var refusal = Assert.Throws<MelodyException>(() => ModelConfig.FromFolder(ModelFolder.Open(folder)));
        Assert.Contains("do not fit together", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
