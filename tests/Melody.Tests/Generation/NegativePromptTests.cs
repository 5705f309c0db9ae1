using Melody.Generation;
using Melody.Music;

namespace Melody.Tests.Generation;

/// <summary>Which instruments are refused beside the prompt's own words, and what is told of a request.</summary>
public sealed class NegativePromptTests(UntrainedModel fixture) : IClassFixture<UntrainedModel>
{
    [Theory]
    [InlineData("piano and drums", "drums", "piano, no drums")]
    [InlineData("a calm evening", "drums, bass", "no bass, no drums")]
    [InlineData("solo piano", "piano", "no piano")]
    [InlineData("piano, no bass", "drums", "piano alone, no bass, no drums")]
    [InlineData("piano", "sadness", "piano alone")]
    [InlineData("piano", null, "piano alone")]
    public void Instruments_of_the_negative_prompt_are_refused(string prompt, string? negative, string described)
    {
        var controls = GenerationPlan.Controls(prompt, new() { NegativePrompt = negative });
        Assert.Equal(described.Split(", ").Order(), controls.Instruments!.Describe().Split(", ").Order());
    }

    [Fact]
    public void Refused_words_are_those_of_a_prompt_that_refuses()
    {
        var said = GenerationPlan.Controls("slow music, no drums", new());
        var refused = GenerationPlan.Controls("slow music", new() { NegativePrompt = "drums" });
        Assert.Equal(said.Instruments!.Unwanted.Order(), refused.Instruments!.Unwanted.Order());
        Assert.Contains(InstrumentFamily.Drums, refused.Instruments.Unwanted);
    }

    [Fact]
    public void An_empty_one_is_refused() =>
        Assert.Throws<MelodyException>(() => GenerationPlan.Controls("piano", new() { NegativePrompt = " " }));

    [Fact]
    public async Task A_result_tells_what_was_understood_and_how_long_it_is()
    {
        var options = new GenerationOptions
        {
            Seconds = 0.5,
            Seed = 1,
            Steps = 1,
            Guidance = 1,
            NegativePrompt = "drums",
        };
        var generator = new MusicGenerator(fixture.Model);
        var made = await generator.GenerateAsync("piano in A minor, 999 bpm", options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["A minor", "piano alone", "no drums"], made.Report.Understood);
        Assert.Contains(made.Report.NotUnderstood, part => part.Contains("999", StringComparison.Ordinal));
        Assert.Equal(0.5, made.Recipe.Seconds);
        Assert.Equal("drums", GenerationRecipe.FromJson(made.Recipe.ToJson()).Options.NegativePrompt);
        var longer = await generator.ContinueAsync(made.Audio, "piano", options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(longer.Audio.Seconds, longer.Recipe.Seconds!.Value, 1e-6);
        Assert.True(longer.Recipe.Seconds > 0.9);
    }
}
