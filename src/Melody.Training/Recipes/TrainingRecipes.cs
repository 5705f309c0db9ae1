using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Runtime;
using Melody.Training.Setup;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>A stage and how it is trained.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Train">From a request to weights in the model folder; returns whether the last step has been reached.</param>
internal sealed record Recipe(Stage Stage, Func<Trainer, bool> Train);

/// <summary>How each stage is trained, and the call of one of them.</summary>
internal static class TrainingRecipes
{
    /// <summary>
    /// Every recipe, in the order in which the stages are trained; the language model and the denoiser read an encoded corpus.
    /// </summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new(AutoencoderRecipe.Stage, AutoencoderRecipe.Train),
        new(JointEmbeddingRecipe.Stage, JointEmbeddingRecipe.Train),
        new(SemanticTokenizerRecipe.Stage, SemanticTokenizerRecipe.Train),
        new(SemanticLanguageModelRecipe.Stage, SemanticLanguageModelRecipe.Train),
        new(DiffusionRecipe.Stage, DiffusionRecipe.Train),
        new(AutoencoderRecipe.DecoderStage, AutoencoderRecipe.TrainDecoder),
        new(MagnitudeAutoencoderRecipe.Stage, MagnitudeAutoencoderRecipe.Train),
        new(MagnitudeAutoencoderRecipe.DecoderStage, MagnitudeAutoencoderRecipe.TrainDecoder),
    ];

    /// <summary>The stage of a name.</summary>
    /// <exception cref="MelodyException">The stage does not exist.</exception>
    public static Stage Named(string name) =>
        All.FirstOrDefault(recipe => recipe.Stage.Name == name)?.Stage
        ?? throw new MelodyException($"Unknown stage '{name}'; the stages are {string.Join(", ", All.Select(recipe => recipe.Stage))}.");

    /// <summary>Trains a stage.</summary>
    /// <returns>Whether the last step has been reached.</returns>
    /// <exception cref="MelodyException">The preset, the corpus or a folder cannot be used, or the training diverged.</exception>
    public static bool Run(TrainingRequest request, TextWriter output, CancellationToken cancellation)
    {
        var recipe = All.Single(recipe => recipe.Stage == request.Stage);
        if (request.KeptShare > 0 && !request.Stage.MayKeepStart)
            throw new MelodyException(
                $"--keep-start is for {string.Join(" and ", All.Where(one => one.Stage.MayKeepStart).Select(one => one.Stage))}; "
                    + $"in the stage {request.Stage} codebooks or latents are fitted to the weights as they were trained."
            );
        FolderContent.RequireFree(request.RunFolder, ModelFolder.ConfigName);
        FolderContent.RequireFree(request.ModelFolder, ModelFolder.ConfigName);
        var device = TorchDevice.Resolve(request.Device);
        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
        return recipe.Train(new(request, device, output, cancellation));
    }
}
