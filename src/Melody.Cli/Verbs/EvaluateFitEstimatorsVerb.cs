using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation.Estimators;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate fit-estimators</c>: fits the weights by which tempo, key and drums are heard.</summary>
internal sealed class EvaluateFitEstimatorsVerb : Verb
{
    private readonly Option<string[]> _corpora = new("--corpus")
    {
        Description = "Folder of a composed corpus, whose train split is heard; may be given several times.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "JSON file that receives the weights; those of this build are src/Melody.Listening/weights.json.",
        HelpName = "file",
        Required = true,
    };

    public EvaluateFitEstimatorsVerb()
        : base("fit-estimators", "Fits the weights by which tempo, key and drums are heard, on corpora whose truth is known.")
    {
        foreach (var option in new Option[] { _corpora, _output })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var corpora = new List<CorpusReader>();
        try
        {
            foreach (var folder in arguments.GetRequiredValue(_corpora))
                corpora.Add(CorpusReader.Open(folder));
            var weights = await context
                .WithProgressAsync(progress =>
                    Task.Run(
                        () => EstimatorFitting.Fit(corpora, fraction => progress.Report("windows", fraction), context.Cancellation),
                        context.Cancellation
                    )
                )
                .ConfigureAwait(false);
            string file = arguments.GetRequiredValue(_output);
            AtomicFile.WriteText(file, weights.ToJson());
            context.WriteResult(new { file, weights.Provenance }, console => console.WriteLine($"{file}: {weights.Provenance}."));
            return ExitCode.Success;
        }
        finally
        {
            foreach (var corpus in corpora)
                corpus.Dispose();
        }
    }
}
