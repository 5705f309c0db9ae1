using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate semantic</c>: the language model on held-out tokens, and what the tokens carry.</summary>
internal sealed class EvaluateSemanticVerb : Verb
{
    private readonly EvaluationArguments _evaluation;
    private readonly ProbeArguments _probe;

    public EvaluateSemanticVerb()
        : base("semantic", "Measures the language model on held-out tokens, and what the tokens carry of notes and instruments.")
    {
        _evaluation = new(this);
        _probe = new(this);
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
                        var (fitted, heldOut) = _probe.Read(arguments, corpus, model.SampleRate);
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
