using Melody.Audio;
using Melody.Evaluation.Embeddings;
using Melody.Generation;
using Melody.Runtime;
using Melody.Tests.Audio;
using static TorchSharp.torch;

namespace Melody.Tests.Generation;

/// <summary>The whole chain with a magnitude autoencoder: what is true of mono music is true of two channels at 48 kHz.</summary>
public sealed class StereoGenerationTests(StereoModel fixture) : IClassFixture<StereoModel>
{
    private const int Rate = 48_000,
        Hop = 960;

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

    // two tones, one louder on the left and one on the right
    private static AudioClip Tones(double seconds, int rate = Rate)
    {
        var samples = new float[2 * (int)Math.Round(seconds * rate)];
        for (int n = 0; n < samples.Length / 2; n++)
        {
            double low = 0.1 * Math.Sin(2 * Math.PI * 220 * n / rate),
                high = 0.1 * Math.Sin(2 * Math.PI * 1500 * n / rate);
            (samples[2 * n], samples[2 * n + 1]) = ((float)(low + 0.2 * high), (float)(0.2 * low + high));
        }
        return new(samples, rate, 2);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(3.337)]
    public async Task Length_rate_and_channels_are_exact(double seconds)
    {
        Assert.Equal((Rate, 2), (_generator.SampleRate, _generator.Channels));
        var result = await _generator.GenerateAsync("slow piano", Quick with { Seconds = seconds }, cancellation: Token);
        Assert.Equal((Rate, 2, (int)Math.Round(seconds * Rate)), (result.Audio.SampleRate, result.Audio.Channels, result.Audio.Frames));
        Assert.Equal((result.Audio.Frames + Hop - 1) / Hop, result.Latents.Frames);
        Assert.All(result.Audio.Samples.ToArray(), s => Assert.True(float.IsFinite(s)));
        Assert.Contains(result.Audio.Samples.ToArray(), s => s != 0);
    }

    [Fact]
    public async Task A_stream_is_the_same_samples()
    {
        var options = Quick with { Seconds = 11, Loudness = LoudnessMode.FirstWindow };
        var whole = await _generator.GenerateAsync("slow piano", options, cancellation: Token);
        var (samples, chunks) = await StreamTests.ReadAsync(_generator.StreamAsync("slow piano", options, cancellation: Token));
        Assert.All(chunks, chunk => Assert.Equal(2, chunk.Channels));
        Assert.Equal(whole.Audio.Samples.ToArray(), samples);
    }

    [Fact]
    public async Task A_continuation_keeps_both_channels()
    {
        var music = Tones(6.13);
        var result = await _generator.ContinueAsync(music, options: Quick with { Seconds = 2 }, cancellation: Token);
        int seam = music.Frames / Hop * Hop,
            untouched = seam - (int)(Splice.FadeSeconds * Rate);
        Assert.Equal((2, seam + 2 * Rate), (result.Audio.Channels, result.Audio.Frames));
        Assert.Equal(music.Samples[..(2 * untouched)], result.Audio.Samples[..(2 * untouched)]);
    }

    [Fact]
    public async Task Whoever_knows_the_interface_alone_hears_both_channels()
    {
        var music = _generator.AsMusicGenerator();
        var options = new MusicOptions { Seconds = 1, Seed = 7 };
        var whole = await music.GenerateAsync("slow piano", options, Token);
        Assert.Equal((2, 1.0), (whole.Channels, whole.Duration.TotalSeconds));
        double seconds = 0;
        await foreach (var update in music.GenerateStreamingAsync("slow piano", options, Token))
        {
            Assert.Equal(2, update.Channels);
            seconds += (double)update.Samples.Length / update.Channels / update.SampleRate;
        }
        Assert.Equal(1.0, seconds);
    }

    [Fact]
    public async Task Music_before_a_piece_keeps_both_of_its_channels()
    {
        var music = Tones(2.013);
        var result = await _generator.PrependAsync(music, options: Quick with { Seconds = 2 }, cancellation: Token);
        int fade = (int)(Splice.FadeSeconds * Rate);
        Assert.Equal((2, 2 * Rate + music.Frames), (result.Audio.Channels, result.Audio.Frames));
        Assert.Equal(music.Samples[(2 * fade)..], result.Audio.Samples[(2 * (2 * Rate + fade))..]);
    }

    [Theory]
    [InlineData(1.0, 2.0)]
    [InlineData(0.0, 1.5)]
    [InlineData(4.0, 4.5)]
    public async Task Inpainting_changes_the_range_alone(double start, double end)
    {
        var music = Tones(5.015);
        var result = await _generator.InpaintAsync(music, start, end, options: Quick, cancellation: Token);
        int fade = (int)(Splice.FadeSeconds * Rate) + Hop,
            first = 2 * Math.Max(0, (int)(start * Rate) - fade),
            last = 2 * Math.Min(music.Frames, (int)(end * Rate) + fade);
        Assert.Equal(music.Frames, result.Audio.Frames);
        Assert.Equal(music.Samples[..first], result.Audio.Samples[..first]);
        Assert.Equal(music.Samples[last..], result.Audio.Samples[last..]);
        Assert.NotEqual(music.Samples[first..last].ToArray(), result.Audio.Samples[first..last].ToArray());
    }

    [Fact]
    public async Task A_loop_is_whole_bars_of_two_channels()
    {
        var music = Tones(6.2);
        var loop = await _generator.LoopAsync(music, options: Quick with { Bpm = 120 }, cancellation: Token);
        Assert.Equal((2, 6 * Rate), (loop.Audio.Channels, loop.Audio.Frames));
        int from = 2 * (int)(0.6 * Rate),
            to = 2 * (int)(5.4 * Rate);
        Assert.Equal(music.Samples[from..to], loop.Audio.Samples[from..to]);
    }

    [Theory]
    [InlineData(8_000, 1)]
    [InlineData(44_100, 2)]
    [InlineData(192_000, 2)]
    public async Task Any_rate_and_mono_can_be_continued(int rate, int channels)
    {
        var music = Tones(2, rate);
        if (channels == 1)
            music = music.ToMono();
        var result = await _generator.ContinueAsync(music, options: Quick with { Seconds = 1 }, cancellation: Token);
        Assert.Equal((2, Rate, 3 * Rate), (result.Audio.Channels, result.Audio.SampleRate, result.Audio.Frames));
        if (channels == 1)
            for (int n = 0; n < Rate; n++)
                Assert.Equal(result.Audio.Samples[2 * n], result.Audio.Samples[2 * n + 1]);
    }

    [Theory]
    [InlineData(1, 0)] // the right channel is silent
    [InlineData(1, -1)] // opposite phases
    [InlineData(0, 0)]
    public async Task Channels_of_any_kind_can_be_continued(float left, float right)
    {
        var tone = Tones(2).ToMono();
        var samples = new float[2 * tone.Frames];
        for (int n = 0; n < tone.Frames; n++)
            (samples[2 * n], samples[2 * n + 1]) = (left * tone.Samples[n], right * tone.Samples[n]);
        var result = await _generator.ContinueAsync(new(samples, Rate, 2), options: Quick with { Seconds = 1 }, cancellation: Token);
        Assert.All(result.Audio.Samples.ToArray(), s => Assert.True(float.IsFinite(s)));
        Assert.Equal(samples[..(2 * Rate)], result.Audio.Samples[..(2 * Rate)].ToArray());
    }

    [Fact]
    public async Task Encoding_and_decoding_keep_channels_and_length()
    {
        var latents = await _generator.EncodeAsync(Tones(2.03), Token);
        Assert.Equal((50.0, 8), (latents.Rate, latents.Channels));
        var audio = await _generator.DecodeAsync(latents, Token);
        Assert.Equal((2, latents.Frames * Hop), (audio.Channels, audio.Frames));
    }

    [Fact]
    public async Task Saved_and_loaded_it_makes_the_same_music()
    {
        using var folder = new TemporaryFolder();
        await fixture.Model.SaveAsync(folder["copy"], Token);
        using var copy = await MusicModel.LoadAsync(folder["copy"], cancellation: Token);
        Assert.Equal(2, copy.Channels);
        // where products are in bfloat16, so are the weights that are saved, and from then on nothing changes
        if (fixture.Model.Precision == ScalarType.Float32)
            Assert.Equal(fixture.Model.Hash, copy.Hash);
        await copy.SaveAsync(folder["again"], Token);
        using (var again = await MusicModel.LoadAsync(folder["again"], cancellation: Token))
            Assert.Equal(copy.Hash, again.Hash);
        var first = await _generator.GenerateAsync("slow piano", Quick, cancellation: Token);
        var second = await new MusicGenerator(copy).GenerateAsync("slow piano", Quick, cancellation: Token);
        Assert.Equal(first.Audio.Samples, second.Audio.Samples);
    }

    [Fact]
    public async Task Endless_music_is_stereo()
    {
        await using var music = EndlessMusic.Start(fixture.Model, "calm piano", new() { SampleRate = Rate, Channels = 2 });
        var heard = new float[2 * 4800];
        bool differs = false;
        for (int i = 0; i < 2000 && !differs; i++)
        {
            music.Read(heard);
            for (int n = 0; n < heard.Length; n += 2)
                differs |= heard[n] != heard[n + 1];
            await Task.Delay(differs ? 0 : 20, Token);
        }
        Assert.True(differs);
    }

    [Fact]
    public void A_clip_at_the_rate_of_the_embedding_is_judged_without_resampling()
    {
        int rate = fixture.Model.Config.JointEmbedding.Audio.SampleRate;
        Assert.NotEqual(rate, fixture.Model.SampleRate);
        float[] samples = Sounds.Noise(3, rate);
        using var use = ModelUse.Of(fixture.Model.Precision);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var heard = TorchSharp.torch.tensor(samples, [1L, rate], device: fixture.Model.TorchDevice);
        var expected = fixture.Model.Networks.JointEmbedding.EmbedAudio(heard).cpu().data<float>().ToArray();
        Assert.Equal(expected, new TowerEmbedding(fixture.Model).Embed(new AudioClip(samples, rate)));
    }
}
