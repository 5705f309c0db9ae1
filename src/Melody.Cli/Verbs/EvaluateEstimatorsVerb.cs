using System.CommandLine;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation.Estimators;
using Melody.Foundation;
using Melody.Listening;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate estimators</c>: how often tempo, key and drums are heard right in a corpus whose truth is known.</summary>
internal sealed class EvaluateEstimatorsVerb : Verb
{
    private readonly Option<string> _corpus = new("--corpus")
    {
        Description = "Folder of a composed corpus.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<int?> _windows = TypedOption.Number(
        "--windows",
        "How many windows or pieces are heard, spread evenly; 200 by default.",
        1,
        1_000_000
    );
    private readonly Option<bool> _heldOut = new("--held-out")
    {
        Description = "Leave out the train split, on which the estimators may have been fitted.",
    };
    private readonly Option<bool> _pieces = new("--pieces")
    {
        Description = "Listen to whole pieces, about 40 s, instead of windows of 10 s; those that change their key or tempo are left out.",
    };
    private readonly Option<double?> _noise = TypedOption.Number("--noise", "Add noise, this many dB below the music.", -20.0, 100.0, "db");
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "JSON file that receives what was heard in each window.",
        HelpName = "file",
    };

    public EvaluateEstimatorsVerb()
        : base("estimators", "Measures how often tempo, key and drums are heard right in a corpus whose truth is known.")
    {
        foreach (var option in new Option[] { _corpus, _windows, _pieces, _heldOut, _noise, _output })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        using var corpus = CorpusReader.Open(arguments.GetRequiredValue(_corpus));
        var options = new ListeningOptions(
            arguments.GetValue(_windows) ?? 200,
            arguments.GetValue(_heldOut),
            arguments.GetValue(_noise),
            arguments.GetValue(_pieces)
        );
        var heard = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                        EstimatorValidation.Listen(corpus, options, fraction => progress.Report("windows", fraction), context.Cancellation),
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        if (heard.Count == 0)
            throw new MelodyException("The corpus has no window whose truth is known; build one with 'melody corpus build'.");
        if (arguments.GetValue(_output) is { } file)
            AtomicFile.WriteText(file, JsonOutput.Serialize(new { windows = heard }));
        var rates = EstimatorRates.Of(heard);
        context.WriteResult(new { windows = heard.Count, rates }, console =>
        {
            var table = new Table()
                .AddColumn("heard right")
                .AddColumn(new TableColumn("share").RightAligned())
                .AddColumn(new TableColumn("95 % interval").RightAligned())
                .AddColumn(new TableColumn("windows").RightAligned());
            foreach (var rate in rates)
                table.AddRow(
                    rate.Name,
                    Percent(rate.Rate),
                    $"{Percent(rate.Low)} to {Percent(rate.High)}",
                    rate.Windows.ToString(CultureInfo.InvariantCulture)
                );
            console.Write(table);
        });
        return ExitCode.Success;
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
