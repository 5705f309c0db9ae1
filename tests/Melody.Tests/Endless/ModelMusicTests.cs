using Melody.Endless;
using Melody.Generation;
using Melody.Tests.Generation;

namespace Melody.Tests.Endless;

/// <summary>Pieces of a model with random weights, that go on from each other.</summary>
public sealed class ModelMusicTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private readonly MusicModel _model = fixture.Model;

    private static readonly GenerationOptions Quick = new()
    {
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Bpm = 90,
        Loudness = LoudnessMode.Raw,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_piece_is_what_is_generated()
    {
        var whole = await new MusicGenerator(_model).GenerateAsync(
            "slow piano",
            Quick with
            {
                Seconds = 6,
                Metre = "4/4",
            },
            cancellation: Token
        );
        using var piece = await new ModelMusicMaker(_model, 6).OpenAsync(new("slow piano", Quick, false), null, 500, Token);
        Assert.Equal(500, piece.Start);
        Assert.Equal(MusicGrid.Of(500, 90, 4, 24_000), piece.Grid);
        Assert.Equal(whole.Audio.Samples.ToArray(), await SamplesAsync(piece));
    }

    [Fact]
    public async Task Who_waits_for_the_sound_of_a_model_that_is_gone_is_told()
    {
        var model = MusicModel.CreateUntrained("test", 7, new() { Device = ComputeDevice.Cpu, AllowUntrained = true });
        using var music = EndlessMusic.Start(model, "piano");
        model.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => music.WaitForSoundAsync(Token).WaitAsync(TimeSpan.FromMinutes(1), Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => music.Completion.WaitAsync(TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task A_piece_goes_on_from_the_last_moments_of_the_one_before()
    {
        var maker = new ModelMusicMaker(_model, 6);
        var request = new EndlessRequest("slow piano", Quick, false);
        using var first = (ModelMusicPiece)await maker.OpenAsync(request, null, 0, Token);
        float[] before = await SamplesAsync(first);
        using var second = (ModelMusicPiece)await maker.OpenAsync(request, first, before.Length, Token);
        float[] after = await SamplesAsync(second);

        // the same grid, another seed, and as long a piece again
        Assert.Equal(first.Grid, second.Grid);
        int lead = (int)(before.Length - second.Start);
        Assert.InRange(lead, (int)(Splice.FadeSeconds * 24_000), 24_000);
        Assert.Equal(before.Length + lead, after.Length);
        Assert.NotEqual(before[..24_000], after[lead..(lead + 24_000)]);

        // what both decode sounds the same where both have all of its context
        var tail = first.TailAt(before.Length, double.PositiveInfinity);
        Assert.Equal(0, tail.Start);
        Assert.Equal(tail.Latents, second.TailAt(before.Length, double.PositiveInfinity).Latents);
        Assert.Equal(tail.Tokens, second.TailAt(before.Length, double.PositiveInfinity).Tokens);
    }

    [Theory]
    [InlineData("fast drums", 90.0)]
    [InlineData("fast drums, 150 bpm", 150.0)]
    public async Task Another_prompt_keeps_the_tempo_unless_it_names_one(string prompt, double bpm)
    {
        var maker = new ModelMusicMaker(_model, 6);
        using var first = (ModelMusicPiece)await maker.OpenAsync(new("slow piano in D minor", Quick, false), null, 0, Token);
        _ = await first.NextAsync(Token);
        using var second = (ModelMusicPiece)await maker.OpenAsync(new(prompt, Quick with { Bpm = null }, true), first, 80_003, Token);
        Assert.Equal(MusicGrid.Of(80_003, bpm, 4, 24_000), second.Grid);
        Assert.Equal("D minor", second.Plan.Recipe.Key);
        if (bpm == 90)
        {
            int hop = _model.Networks.Autoencoder.HopLength;
            var tail = second.TailAt(80_003, double.PositiveInfinity);
            int frames = tail.Latents.Length / _model.Config.Denoiser.LatentChannels;
            Assert.Equal(80_003 / hop, tail.Start / hop + frames);
            var before = first.TailAt(80_003, double.PositiveInfinity);
            Assert.Equal(before.Latents[^tail.Latents.Length..], tail.Latents);
            Assert.Equal(before.Tokens[^tail.Tokens.Length..], tail.Tokens);
            Assert.InRange(80_003 - second.Start, (int)(Splice.FadeSeconds * 24_000), 24_000);
        }
        else
            Assert.Equal(80_003, second.Start);
    }

    [Fact]
    public async Task A_quick_start_makes_one_chunk_first()
    {
        var (sizes, hop) = (_model.Config.Denoiser, _model.Networks.Autoencoder.HopLength);
        var maker = new ModelMusicMaker(_model, 6);
        using var quick = await maker.OpenAsync(new("slow piano", Quick, true), null, 0, Token);
        using var usual = await maker.OpenAsync(new("slow piano", Quick, false), null, 0, Token);
        float[] first = (await quick.NextAsync(Token))!,
            whole = (await usual.NextAsync(Token))!;
        Assert.InRange(first.Length, 1, sizes.Frames / sizes.Chunks * hop);
        Assert.True(whole.Length > sizes.Frames / sizes.Chunks * hop);
    }

    [Fact]
    public async Task It_plays_on_and_on_through_prompts_and_pieces()
    {
        await using var music = EndlessMusic.Start(
            new ModelMusicMaker(_model, 6),
            "slow piano",
            new()
            {
                SampleRate = 24_000,
                Channels = 1,
                Generation = Quick with { Loudness = null },
            }
        );
        var host = new HostLoop(music);
        await host.ReadAsync(8 * 24_000, 4000);
        Assert.Equal(90, music.Bpm!.Value, 1e-9);
        var change = music.ChangePrompt("loud drums", MusicMoment.NextBar, Quick with { Bpm = 120, Loudness = null });
        while (!change.IsCompleted)
            await Task.Delay(1, Token);
        await host.ReadAsync(8 * 24_000, 4000);
        Assert.Equal(120, music.Bpm!.Value, 1e-9);
        Assert.All(host.Heard, value => Assert.InRange(value, -1, 1));
        Assert.True(Enumerable.Range(0, 16).All(second => host.Heard.Skip(second * 24_000).Take(24_000).Any(value => value != 0)));
        Assert.Equal(0, music.Underruns);
    }

    [Fact]
    public async Task What_is_saved_goes_on_from_the_same_moments()
    {
        var maker = new ModelMusicMaker(_model, 6);
        using var first = (ModelMusicPiece)await maker.OpenAsync(new("slow piano in D minor", Quick, false), null, 0, Token);
        int made = (await first.NextAsync(Token))!.Length;
        byte[] bytes = EndlessState.Write(maker, first, made, 1234, new float[2000], -3);
        var saved = EndlessState.Read(maker, new MemoryStream(bytes));
        Assert.Equal((1234, 2000, -3), (saved.Position, saved.Samples.Length, saved.Gain));
        using var here = (ModelMusicPiece)await new ModelMusicMaker(_model, 6).OpenAsync(saved.Request, saved.Piece, made, Token);
        Assert.Equal(first.Grid, here.Grid);
        Assert.Equal("D minor", here.Plan.Recipe.Key);
        var (kept, read) = (first.TailAt(made, double.PositiveInfinity), here.TailAt(made, double.PositiveInfinity));
        Assert.Equal(kept.Latents, read.Latents);
        Assert.Equal(kept.Tokens, read.Tokens);
    }

    [Fact]
    public async Task Damaged_states_and_those_of_other_models_are_refused()
    {
        var maker = new ModelMusicMaker(_model, 6);
        using var first = (ModelMusicPiece)await maker.OpenAsync(new("slow piano", Quick, false), null, 0, Token);
        int made = (await first.NextAsync(Token))!.Length;
        byte[] bytes = EndlessState.Write(maker, first, made, 0, new float[100], null);
        for (int length = 0; length < bytes.Length; length += Math.Max(1, length / 7))
            Assert.Throws<MelodyException>(() => EndlessMusic.Resume(_model, new MemoryStream(bytes[..length])));
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] other = [.. bytes];
            other[random.Next(other.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                EndlessState.Read(maker, new MemoryStream(other)).Piece.Dispose();
            }
            catch (MelodyException) { }
        }
        using var stranger = MusicModel.CreateUntrained("test", seed: 4);
        var error = Assert.Throws<MelodyException>(() => EndlessMusic.Resume(stranger, new MemoryStream(bytes)));
        Assert.Contains("another model", error.Message, StringComparison.Ordinal);
        Assert.Throws<MelodyException>(() => EndlessMusic.Resume(_model, "/nowhere/at all"));
    }

    private static async Task<float[]> SamplesAsync(IMusicPiece piece)
    {
        var all = new List<float>();
        while (await piece.NextAsync(Token) is { } samples)
            all.AddRange(samples);
        return [.. all];
    }
}
