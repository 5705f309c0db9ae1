using System.CommandLine;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Encoders;
using Melody.Training.Recipes;
using Melody.Weights;

namespace Melody.Cli.Shared;

/// <summary>What is encoded, and by which model: the same for every verb that encodes.</summary>
internal sealed class EncodingOptions
{
    /// <summary>The stage that the encoded corpus is for.</summary>
    public Option<string?> For { get; } =
        new("--for")
        {
            Description =
                "Only what one stage is trained on: semantic-lm (no latents, a fraction of the size) or diffusion (no prefix tokens, "
                + "for a denoiser that hears no prompt).",
            HelpName = "stage",
        };

    /// <summary>What is to be encoded.</summary>
    /// <exception cref="MelodyException">The stage is unknown.</exception>
    public EncodedParts Read(ParseResult arguments)
    {
        string? stage = arguments.GetValue(For);
        var (language, denoiser) = (SemanticLanguageModelRecipe.Stage.Name, DiffusionRecipe.Stage.Name);
        if (stage is not null && stage != language && stage != denoiser)
            throw new MelodyException($"--for is '{stage}'; give {language} or {denoiser}, or leave it out for both.");
        return new(Latents: stage != language, Prefixes: stage != denoiser);
    }
}

/// <summary>What is to be encoded.</summary>
/// <param name="Latents">For the denoiser.</param>
/// <param name="Prefixes">For the language model, and a denoiser that hears prompts.</param>
internal sealed record EncodedParts(bool Latents, bool Prefixes)
{
    /// <summary>The encoding parts of the model that was named, on the device that was asked for.</summary>
    /// <exception cref="MelodyException">A part is missing or damaged.</exception>
    public OpenEncoder Open(CommandContext context)
    {
        var device = TorchDevice.Resolve(context.Device);
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var precision = ComputePrecision.Use(TorchDevice.Precision(device));
        try
        {
            var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
            return new(new(folder, device, Latents, Prefixes), precision);
        }
        catch
        {
            precision.Dispose();
            throw;
        }
    }
}

/// <summary>The encoding parts of a model in the precision of their device, on the thread that opened them.</summary>
internal sealed record OpenEncoder(EncodingModel Model, IDisposable Precision) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Precision.Dispose();
    }
}

/// <summary>Tells the progress at once: <see cref="Progress{T}"/> would post to the thread pool and could report after the end.</summary>
internal sealed class EncodingRelay(IStageProgress progress) : IProgress<EncodingProgress>
{
    /// <inheritdoc/>
    public void Report(EncodingProgress value) => progress.Report("encoding", value.Fraction);
}
