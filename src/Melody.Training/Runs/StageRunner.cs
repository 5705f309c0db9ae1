using Melody.Corpus.Storage;
using Melody.Runtime;
using Melody.Training.Parts;
using Melody.Weights;

namespace Melody.Training.Runs;

/// <summary>From a request to a trained part in the model folder: builds the stage, runs the loop, writes the weights.</summary>
internal static class StageRunner
{
    // only where nothing is fitted to the weights as they were trained (codebooks, latents) may some of those of the start be kept
    private static readonly (string Name, Func<StageRun, bool> Train, bool MayKeepStart)[] All =
    [
        ("autoencoder", AutoencoderRun.Train, false),
        ("joint-embedding", JointEmbeddingRun.Train, false),
        ("semantic-tokenizer", SemanticTokenizerRun.Train, false),
        ("semantic-lm", SemanticLanguageModelRun.Train, true),
        ("diffusion", DiffusionRun.Train, true),
        ("decoder", AutoencoderRun.TrainDecoder, false),
        ("magnitude-autoencoder", MagnitudeAutoencoderRun.Train, false),
    ];

    /// <summary>The stages in the order in which they are trained; the language model and the denoiser read an encoded corpus.</summary>
    public static IReadOnlyList<string> Stages { get; } = [.. All.Select(stage => stage.Name)];

    /// <summary>Trains a stage.</summary>
    /// <returns>Whether the last step has been reached.</returns>
    /// <exception cref="MelodyException">The stage, preset, corpus or a folder cannot be used, or the training diverged.</exception>
    public static bool Run(TrainingRequest request, TextWriter output, CancellationToken cancellation)
    {
        var (_, train, mayKeepStart) = Array.Find(All, stage => stage.Name == request.Stage);
        if (train is null)
            throw new MelodyException($"There is no stage '{request.Stage}'; the stages are {string.Join(", ", Stages)}.");
        if (request.KeptShare > 0 && !mayKeepStart)
            throw new MelodyException(
                $"--keep-start is for {string.Join(" and ", All.Where(stage => stage.MayKeepStart).Select(stage => stage.Name))}; in the stage {request.Stage} codebooks or latents are fitted to the weights as they were trained."
            );
        FolderContent.RequireFree(request.RunFolder, ModelFolder.ConfigName);
        FolderContent.RequireFree(request.ModelFolder, ModelFolder.ConfigName);
        var device = TorchDevice.Resolve(request.Device);
        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
        return train(new(request, device, output, cancellation));
    }
}
