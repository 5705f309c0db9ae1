namespace Melody.Tests.Generation;

/// <summary>What the recipe of changed music keeps of the recipe before.</summary>
public sealed class RecipeTests
{
    private static GenerationRecipe Recipe(string task) =>
        new()
        {
            Task = task,
            Seed = 1,
            Options = new(),
            Model = "m",
            ModelHash = "h",
            Version = "1",
        };

    [Theory]
    [InlineData("inpaint", true)]
    [InlineData("continue", true)]
    [InlineData("loop", true)]
    [InlineData("like", false)]
    public void ChangedMusicKeepsItsTempoKeyAndMetreAndNewMusicDoesNot(string task, bool keeps)
    {
        var earlier = Recipe("generate") with { Prompt = "slow waltz", Bpm = 90, Key = "A minor", Metre = "3/4" };
        var recipe = Recipe(task).From("song.wav", earlier);
        Assert.Equal(("song.wav", "slow waltz"), (recipe.Source, recipe.SourcePrompt));
        (double?, string?, string?) kept = keeps ? (90, "A minor", "3/4") : (null, null, null);
        Assert.Equal(kept, (recipe.Bpm, recipe.Key, recipe.Metre));
    }

    [Fact]
    public void WhatWasAskedForComesFirst()
    {
        var recipe = (Recipe("continue") with { Bpm = 120 }).From("song.wav", Recipe("generate") with { Bpm = 90, Key = "C major" });
        Assert.Equal((120.0, "C major"), (recipe.Bpm, recipe.Key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("a recipe for soup")]
    [InlineData("{\"task\":\"generate\"}")]
    public void TextsThatAreNoRecipeTellNothing(string? text)
    {
        Assert.Null(GenerationRecipe.FromAny(text));
        var recipe = Recipe("inpaint").From("song.wav", null);
        Assert.Equal("song.wav", recipe.Source);
        Assert.Null(recipe.SourcePrompt ?? recipe.Key ?? recipe.Metre);
        Assert.Null(recipe.Bpm);
    }
}
