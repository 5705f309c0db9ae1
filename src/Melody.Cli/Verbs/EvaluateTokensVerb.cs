using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate tokens</c>: what the tokens carry, for a folder that holds no more than a tokenizer.</summary>
internal sealed class EvaluateTokensVerb : Verb
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

    public EvaluateTokensVerb()
        : base("tokens", "Measures what the semantic tokens carry of notes, beats and instruments; needs the tokenizer alone.")
    {
        _evaluation = new(this);
        Options.Add(_windows);
        Options.Add(_fitted);
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
                        var fitted = Read(corpus, DatasetSplit.Train, arguments.GetValue(_fitted) ?? 300);
                        var heldOut = Read(corpus, DatasetSplit.Test, arguments.GetValue(_windows) ?? 60);
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

    private static IReadOnlyList<HeldOutWindow> Read(CorpusReader corpus, DatasetSplit split, int count) =>
        HeldOutWindow.Read(corpus, split, count, corpus.Plan.SampleRate);

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
            new CodebookSizes([.. tokenizer.Codebooks.Select(book => book.Codes)]).ToString(),
            probe.Scores(learned, judged),
            probe.Readout(heldOut, cancellation)
        );

        ProbedMusic Listen(HeldOutWindow window)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report("windows", ++done / (double)(fitted.Count + heldOut.Count));
            return probe.Listen(window, cancellation);
        }
    }
}
