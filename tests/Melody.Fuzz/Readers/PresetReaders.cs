using System.Text;
using Melody.Models;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;

namespace Melody.Fuzz.Readers;

/// <summary>A preset that somebody wrote: sizes of the parts, options of the stages, and changes of them on the command line.</summary>
internal static class PresetReaders
{
    private const string Test = "test";

    public static Reader Sizes(string folder) =>
        new(
            "",
            [
                Seed(Parts.Denoiser.FromPreset(Test)),
                Seed(Parts.SemanticLanguageModel.FromPreset(Test)),
                Bytes.Text("""{"layers":2,"width":64,"heads":2,"feedForward":96,"semanticOutputOnly":true,"codebooks":[8,4]}"""),
            ],
            ["null", "\"layers\":-1", "\"codebooks\":[0]", "\"codebooks\":[null]", "{}", "\"x\":1,"],
            true,
            bytes =>
            {
                // what a language model has and a denoiser has not
                Part part = Holds(bytes, "\"feedForward\""u8) ? Parts.SemanticLanguageModel : Parts.Denoiser;
                File.WriteAllBytes(Path.Combine(folder, part.Name + ".json"), bytes);
                _ = part.FromPreset(folder);
            }
        );

    public static Reader Options(string folder)
    {
        var training = Directory.CreateDirectory(Path.Combine(folder, "training")).FullName;
        return new(
            "",
            [
                Seed(TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(Test, SemanticLanguageModelRecipe.Stage)),
                Seed(TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>(Test, MagnitudeAutoencoderRecipe.Stage)),
            ],
            ["null", "\"batch\":0", "\"learningRate\":-1", "\"conditions\":null", "\"steps\":-1", "{}", "[]"],
            true,
            bytes =>
            {
                bool words = Holds(bytes, "\"conditions\""u8);
                var stage = words ? SemanticLanguageModelRecipe.Stage : MagnitudeAutoencoderRecipe.Stage;
                File.WriteAllBytes(Path.Combine(training, stage.Name + ".json"), bytes);
                if (words)
                    _ = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(folder, stage);
                else
                    _ = TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>(folder, stage);
            }
        );
    }

    public static Reader Changes(string folder) =>
        new(
            "",
            [Bytes.Text("batch=8\nlearningRate=0.001"), Bytes.Text("conditions.none=0.2"), Bytes.Text("steps=7")],
            [
                "=",
                ".",
                "null",
                "{}",
                "[1,2]",
                "batch=",
                "conditions=",
                "conditions={\"text\":1,\"text\":2}\nconditions.text=1",
                "conditions.",
                "emaDecay=2",
                "jitterTokens=-5",
            ],
            true,
            bytes =>
            {
                var request = new TrainingRequest
                {
                    Stage = SemanticLanguageModelRecipe.Stage,
                    Preset = Test,
                    Corpora = [folder],
                    RunFolder = folder,
                    ModelFolder = folder,
                    Changes = Encoding.UTF8.GetString(bytes).Split('\n'),
                };
                _ = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(request);
            }
        );

    private static byte[] Seed(object config) => Bytes.Text(ConfigJson.Write(config).GetRawText());

    private static bool Holds(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key) => bytes.IndexOf(key) >= 0;
}
