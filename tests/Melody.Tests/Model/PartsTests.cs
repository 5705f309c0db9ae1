using Melody.Models;
using Melody.Training.Recipes;

namespace Melody.Tests.Model;

/// <summary>The list of parts beside the files of the presets and the recipes: nothing stands in one of them alone.</summary>
public sealed class PartsTests
{
    private static IEnumerable<string> Presets(System.Reflection.Assembly assembly, string folder) =>
        assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name))
            .Distinct()
            .Order(StringComparer.Ordinal);

    [Fact]
    public void Every_preset_file_is_of_a_part_and_every_part_has_one() =>
        Assert.Equal(Parts.All.Select(part => part.Name).Order(StringComparer.Ordinal), Presets(typeof(Part).Assembly, "Presets/"));

    [Fact]
    public void Every_training_preset_is_of_a_stage_and_every_stage_has_one() =>
        Assert.Equal(
            TrainingRecipes.All.Select(recipe => recipe.Stage.Name).Order(StringComparer.Ordinal),
            Presets(typeof(TrainingRecipes).Assembly, "TrainingPresets/")
        );

    [Fact]
    public void Every_part_can_be_trained() => Assert.Empty(Parts.All.Except(TrainingRecipes.All.Select(recipe => recipe.Stage.Part)));

    [Fact]
    public void Names_find_their_parts()
    {
        Assert.All(Parts.All, part => Assert.Same(part, Parts.Find(part.Name)));
        Assert.Null(Parts.Find("vocoder"));
    }
}
