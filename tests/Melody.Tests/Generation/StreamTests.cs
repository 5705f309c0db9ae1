using Melody.Audio;

namespace Melody.Tests.Generation;

/// <summary>Music that is handed out while it is made is the music that is made at once.</summary>
public sealed class StreamTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private const int Rate = 24_000;

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static readonly GenerationOptions Quick = new()
    {
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All samples of chunks that follow one another without a gap, and the chunks.</summary>
    internal static async Task<(float[] Samples, IReadOnlyList<AudioChunk> Chunks)> ReadAsync(IAsyncEnumerable<AudioChunk> stream)
    {
        var samples = new List<float>();
        var chunks = new List<AudioChunk>();
        await foreach (var chunk in stream)
        {
            Assert.Equal(samples.Count, chunk.Start * chunk.Channels);
            samples.AddRange(chunk.Samples.Span);
            chunks.Add(chunk);
        }
        return ([.. samples], chunks);
    }

    [Theory]
    [InlineData(LoudnessMode.Raw)]
    [InlineData(LoudnessMode.FirstWindow)]
    public async Task New_music_is_the_same_samples(LoudnessMode loudness)
    {
        var options = Quick with { Seconds = 14.3, Loudness = loudness };
        var whole = await _generator.GenerateAsync("a march", options, cancellation: Token);
        var (samples, chunks) = await ReadAsync(_generator.StreamAsync("a march", options, cancellation: Token));
        Assert.True(chunks.Count > 1);
        // how long it lasts is known at its end only
        Assert.All(chunks, chunk => Assert.Equal(whole.Recipe with { Seconds = null }, chunk.Recipe));
        Assert.Equal(whole.Audio.Samples.ToArray(), samples);
    }

    /// <summary>Of the usual level, and much softer: then what is made is turned down as soon as three seconds are there.</summary>
    [Theory]
    [InlineData(1, 14.3)]
    [InlineData(0.01, 14.3)]
    [InlineData(0.01, 1)]
    public async Task A_continuation_is_the_same_samples(double level, double seconds)
    {
        int length = (int)Math.Round(3.013 * Rate);
        var tone = Enumerable.Range(0, length).Select(i => (float)(level * 0.3f * MathF.Sin(2 * MathF.PI * 220 * i / Rate)));
        var music = new AudioClip([.. tone], Rate);
        var options = Quick with { Seconds = seconds };
        var whole = await _generator.ContinueAsync(music, "a march", options, cancellation: Token);
        var (samples, chunks) = await ReadAsync(_generator.StreamContinuationAsync(music, "a march", options, cancellation: Token));
        Assert.Equal(whole.Audio.Samples.ToArray(), samples);
        Assert.Equal(seconds > 10, chunks.Count > 1);
        Assert.True(chunks[0].Samples.Length > music.Frames);
    }
}
