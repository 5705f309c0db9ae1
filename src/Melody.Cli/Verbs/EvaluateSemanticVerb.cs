using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Records;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate semantic</c>: the language model on held-out tokens, and what the tokens carry.</summary>
internal sealed class EvaluateSemanticVerb : Verb
{
    private readonly EvaluationArguments _evaluation;
    private readonly Option<int?> _windows = TypedOption.Number(
        "--windows",
        "How many held-out windows, spread evenly; 60 by default.",
        2,
        100_000
    );
    private readonly Option<int?> _fitted = TypedOption.Number(
        "--fitted",
        "How many windows of the training split the probes are fitted on; 300 by default.",
        2,
        100_000
    );

    public EvaluateSemanticVerb()
        : base("semantic", "Measures the language model on held-out tokens, and what the tokens carry of notes and instruments.")
    {
        _evaluation = new(this);
        Options.Add(_windows);
        Options.Add(_fitted);
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
                        var fitted = Read(DatasetSplit.Train, arguments.GetValue(_fitted) ?? 300);
                        var heldOut = Read(DatasetSplit.Test, arguments.GetValue(_windows) ?? 60);
                        string folder = _evaluation.OpenOutput(arguments); // made when model and music are found usable
                        return (
                            folder,
                            SemanticEvaluation.Run(
                                model,
                                fitted,
                                heldOut,
                                fraction => progress.Report("windows", fraction),
                                context.Cancellation
                            )
                        );

                        IReadOnlyList<HeldOutWindow> Read(DatasetSplit split, int count) =>
                            HeldOutWindow.Read(corpus, split, count, model.SampleRate, folded: true);
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        var text = string.Concat(scores.Tables().Select(table => table.ToMarkdown()));
        AtomicFile.WriteText(Path.Combine(output, "semantic.json"), JsonOutput.Serialize(scores) + "\n");
        AtomicFile.WriteText(Path.Combine(output, "semantic.md"), text);
        context.WriteResult(scores, console => console.Write(new Text(text)));
        return ExitCode.Success;
    }
}
