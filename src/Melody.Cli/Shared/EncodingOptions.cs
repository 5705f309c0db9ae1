using System.CommandLine;
using System.Diagnostics;
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
/// <param name="Sound">Whether there is sound to hear.</param>
internal sealed record EncodedParts(bool Latents, bool Prefixes, bool Sound = true)
{
    /// <summary>Loads the encoding parts of the model that was named and encodes with them, under a progress bar.</summary>
    /// <param name="context">Model, device, threads.</param>
    /// <param name="encode">Encodes, and tells how far it is.</param>
    /// <returns>What was encoded, and how many seconds that took.</returns>
    /// <exception cref="MelodyException">A part is missing or damaged; also what <paramref name="encode"/> throws.</exception>
    public async Task<(EncodingProgress Done, double Seconds)> RunAsync(
        CommandContext context,
        Func<EncodingModel, IProgress<EncodingProgress>, EncodingProgress> encode
    )
    {
        var device = TorchDevice.Resolve(context.Device);
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var watch = Stopwatch.StartNew();
        var done = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
                        var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
                        using var model = new EncodingModel(folder, device, Latents, Prefixes, Sound);
                        return encode(model, new EncodingRelay(progress));
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        return (done, watch.Elapsed.TotalSeconds);
    }

    // Progress<T> would post to the thread pool and could report after the end
    private sealed class EncodingRelay(IStageProgress progress) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value) => progress.Report("encoding", value.Fraction);
    }
}
