using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate tokens</c>: what the tokens carry, for a folder that holds no more than a tokenizer.</summary>
internal sealed class EvaluateTokensVerb : Verb
{
    private readonly EvaluationArguments _evaluation;
    private readonly ProbeArguments _probe;

    public EvaluateTokensVerb()
        : base("tokens", "Measures what the semantic tokens carry of notes, beats and instruments; needs the tokenizer alone.")
    {
        _evaluation = new(this);
        _probe = new(this);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        TorchRuntime.Initialize();
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        using var corpus = _evaluation.OpenCorpus(arguments);
        var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
        if (!_evaluation.Untrained(arguments))
            folder.RequireTrained();
        var device = TorchDevice.Resolve(context.Device);
        var (output, scores) = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
                        using var tokenizer = Parts.SemanticTokenizer.Load(folder, device);
                        var (fitted, heldOut) = _probe.Read(arguments, corpus, corpus.Plan.SampleRate);
                        string output = _evaluation.OpenOutput(arguments); // made when model and music are found usable
                        return (output, Measure(tokenizer, fitted, heldOut, progress, context.Cancellation));
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        var text = scores.Table().ToMarkdown();
        AtomicFile.WriteText(Path.Combine(output, "tokens.json"), JsonOutput.Serialize(scores) + "\n");
        AtomicFile.WriteText(Path.Combine(output, "tokens.md"), text);
        context.WriteResult(scores, console => console.Write(new Text(text)));
        return ExitCode.Success;
    }

    private static TokenScores Measure(
        SemanticTokens.SemanticTokenizer tokenizer,
        IReadOnlyList<HeldOutWindow> fitted,
        IReadOnlyList<HeldOutWindow> heldOut,
        IStageProgress progress,
        CancellationToken cancellation
    )
    {
        var probe = new TokenProbe(tokenizer);
        int done = 0;
        var (learned, judged) = (fitted.Select(Listen).ToList(), heldOut.Select(Listen).ToList());
        return new(
            heldOut.Count,
            fitted.Count,
            tokenizer.Config.Sizes().ToString(),
            probe.Scores(learned, judged),
            probe.Readout(heldOut, cancellation),
            tokenizer.Config.ScoreTokens
                ? probe.Scores([.. fitted.Select(probe.Read)], [.. heldOut.Select(probe.Read)]).Select(score => score.Explained).ToList()
                : null
        );

        ProbedMusic Listen(HeldOutWindow window)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report("windows", ++done / (double)(fitted.Count + heldOut.Count));
            return probe.Listen(window, cancellation);
        }
    }
}
