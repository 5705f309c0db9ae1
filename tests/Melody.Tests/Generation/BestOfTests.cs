using Melody.Audio;
using static TorchSharp.torch;

namespace Melody.Tests.Generation;

/// <summary>The best of several pieces is one of them, and the nearest to its prompt.</summary>
public sealed class BestOfTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    private static readonly GenerationOptions Quick = new()
    {
        Seconds = 3,
        Seed = 7,
        Steps = 2,
        Guidance = 1,
        Loudness = LoudnessMode.Raw,
    };

    private readonly MusicGenerator _generator = new(fixture.Model);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // cosine of the sound's vector and the prompt's quantized one, in double precision
    private double Likeness(string prompt, AudioClip audio)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var embedding = fixture.Model.Networks.JointEmbedding;
        var heard = embedding.EmbedAudio(tensor(audio.Samples.ToArray()).unsqueeze(0)).data<float>().Select(v => (double)v).ToArray();
        var asked = embedding.Quantizer.Decode(embedding.TokensForText([prompt])).data<float>().Select(v => (double)v).ToArray();
        return heard.Zip(asked, (a, b) => a * b).Sum() / Math.Sqrt(heard.Sum(a => a * a) * asked.Sum(b => b * b));
    }

    [Fact]
    public async Task It_is_the_nearest_of_the_seeds_that_follow_on()
    {
        const string prompt = "loud drums";
        var alone = new List<GenerationResult>();
        for (int i = 0; i < 4; i++)
            alone.Add(await _generator.GenerateAsync(prompt, Quick with { Seed = 7 + i }, cancellation: Token));
        var best = await _generator.GenerateAsync(prompt, Quick with { BestOf = 4 }, cancellation: Token);
        var nearest = alone.MaxBy(result => Likeness(prompt, result.Audio))!;
        Assert.Equal(nearest.Recipe, best.Recipe);
        Assert.Equal(nearest.Audio.Samples.ToArray(), best.Audio.Samples.ToArray());
    }

    [Fact]
    public async Task A_music_prompt_has_a_best_too()
    {
        var prompt = MusicPrompt.FromAudio((await _generator.GenerateAsync("a march", Quick, cancellation: Token)).Audio);
        var best = await _generator.GenerateAsync(prompt, Quick with { BestOf = 2 }, cancellation: Token);
        Assert.Contains(best.Recipe.Seed, new long[] { 7, 8 });
        Assert.Equal(1, best.Recipe.Options.BestOf);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public async Task Other_numbers_are_refused(int bestOf) =>
        Assert.Contains(
            "1 to 64",
            (
                await Assert.ThrowsAsync<MelodyException>(() =>
                    _generator.GenerateAsync("a march", Quick with { BestOf = bestOf }, cancellation: Token)
                )
            ).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Streams_and_other_music_have_no_best()
    {
        var options = Quick with { BestOf = 2 };
        var music = new AudioClip(Melody.Tests.Audio.Sounds.Sine(440, 24_000, 48_000, 0.5), 24_000);
        await Refused(async () =>
        {
            await foreach (var _ in _generator.StreamAsync("a march", options, cancellation: Token)) { }
        });
        await Refused(() => _generator.ContinueAsync(music, options: options, cancellation: Token));
        await Refused(() => _generator.InpaintAsync(music, 0.5, 1, options: options, cancellation: Token));

        static async Task Refused(Func<Task> act) =>
            Assert.Contains(
                "chosen from several candidates",
                (await Assert.ThrowsAsync<MelodyException>(act)).Message,
                StringComparison.Ordinal
            );
    }
}
