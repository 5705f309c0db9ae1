using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Tests.Training;

public sealed class TrainingPresetTests
{
    private static SemanticTokenizerTrainingOptions Read(params string[] changes) =>
        TrainingPreset.Read<SemanticTokenizerTrainingOptions>(
            new TrainingRequest
            {
                Stage = SemanticTokenizerRecipe.Stage,
                Preset = "mini",
                Corpora = [],
                RunFolder = "",
                ModelFolder = "",
                Changes = changes,
            }
        );

    [Fact]
    public void Options_of_a_preset_can_be_changed_one_by_one()
    {
        var usual = Read();
        var changed = Read("batch=64", "objective.maskShare=0.3", "noteShares=[1, 2, 3, 4, 5, 6, 7]");
        Assert.Equal((64, 0.3), (changed.Batch, changed.Objective.MaskShare));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], changed.NoteShares);
        Assert.Equal(
            usual with
            {
                Batch = 64,
                Objective = usual.Objective with { MaskShare = 0.3 },
                NoteShares = [],
            },
            changed with
            {
                NoteShares = [],
            }
        );
    }

    [Theory]
    [InlineData("batch", "not of the form")]
    [InlineData("=3", "not of the form")]
    [InlineData("batch=many", "is not a value")]
    [InlineData("batch=", "is not a value")]
    [InlineData("batch=true", "cannot be used")]
    [InlineData("batches=64", "Unknown option 'batches' of semantic-tokenizer; valid options are ")]
    [InlineData("Batch=64", ", batch, ")]
    [InlineData("objectives.maskShare=0.3", "Unknown option 'objectives.maskShare' of ")]
    [InlineData("objective.share=0.3", ", objective.maskShare, ")]
    [InlineData("batch.size=64", "Unknown option 'batch.size' of ")]
    public void What_changes_nothing_is_refused(string change, string reason) =>
        Assert.Contains(reason, Assert.Throws<MelodyException>(() => Read(change)).Message, StringComparison.Ordinal);
}
