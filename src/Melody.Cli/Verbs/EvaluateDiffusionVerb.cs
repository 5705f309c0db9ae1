using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Records;
using Melody.Evaluation.Denoising;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.HeldOut;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate diffusion</c>: what the denoiser makes of the true semantic tokens of held-out music.</summary>
internal sealed class EvaluateDiffusionVerb : Verb
{
    private readonly EvaluationArguments _evaluation;
    private readonly Option<int?> _clips = TypedOption.Number(
        "--clips",
        "How many held-out clips, spread evenly; 24 by default.",
        1,
        100_000
    );

    public EvaluateDiffusionVerb()
        : base("diffusion", "Measures the denoiser with the true semantic tokens of held-out music: velocity, schedules, Fréchet distance.")
    {
        _evaluation = new(this);
        Options.Add(_clips);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        using var corpus = _evaluation.OpenCorpus(arguments);
        var (output, scores) = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        using var model = _evaluation.LoadModel(arguments, context);
                        int clips = arguments.GetValue(_clips) ?? 24;
                        bool others = model.Networks.Denoiser.Style is not null;
                        var windows = HeldOutWindow.Read(corpus, DatasetSplit.Test, clips, model.SampleRate, others: others);
                        string folder = _evaluation.OpenOutput(arguments); // made when model and music are found usable
                        return (
                            folder,
                            DiffusionEvaluation.Run(
                                model,
                                new TowerEmbedding(model),
                                windows,
                                new(),
                                progress: fraction => progress.Report("clips", fraction),
                                cancellation: context.Cancellation
                            )
                        );
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        var text = string.Concat(scores.Tables().Select(table => table.ToMarkdown()));
        AtomicFile.WriteText(Path.Combine(output, "diffusion.json"), JsonOutput.Serialize(scores) + "\n");
        AtomicFile.WriteText(Path.Combine(output, "diffusion.md"), text);
        context.WriteResult(scores, console => console.Write(new Text(text)));
        return ExitCode.Success;
    }
}
