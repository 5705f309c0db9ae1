using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation;
using Melody.Evaluation.Reports;
using Melody.Foundation;
using Melody.Models;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate</c>: everything about a model on one page; its sub-verbs measure one thing each.</summary>
internal sealed class EvaluateVerb : Verb
{
    private static readonly EvaluationRequest Usual = new()
    {
        Model = "",
        Corpus = "",
        Output = "",
    };

    private readonly Option<string?> _corpus = new("--corpus")
    {
        Description = "A corpus whose test split the model was not trained on.",
        HelpName = "folder",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Folder of the report: index.html, report.md, report.json, sounds and pictures. An interrupted run resumes there.",
        HelpName = "folder",
    };
    private readonly Option<string?> _recordings = new("--recordings")
    {
        Description = "Folder of real recordings for the autoencoder.",
        HelpName = "folder",
    };
    private readonly Option<string?> _embedding = new("--embedding")
    {
        Description = "A program that prints the embedding of a WAV file (such as VGGish or CLAP), for a further Fréchet distance.",
        HelpName = "program",
    };
    private readonly Option<EvaluationStage[]> _only = new("--only")
    {
        Description = "Measure only this stage; may be given several times.",
        HelpName = "autoencoder|diffusion|semantic|chain",
        CustomParser = result =>
        {
            var stages = result
                .Tokens.Select(token =>
                    Enum.GetValues<EvaluationStage>()
                        .Cast<EvaluationStage?>()
                        .FirstOrDefault(s => $"{s}".Equals(token.Value, StringComparison.OrdinalIgnoreCase))
                )
                .ToList();
            if (stages.IndexOf(null) is >= 0 and var at)
                result.AddError($"--only is '{result.Tokens[at].Value}'; choose autoencoder, diffusion, semantic or chain");
            return [.. stages.OfType<EvaluationStage>()];
        },
    };
    private readonly Option<int?> _prompts = TypedOption.Number(
        "--prompts",
        "How many prompts, spread evenly over the list; all by default.",
        1,
        100_000
    );
    private readonly Option<double?> _seconds = TypedOption.Number(
        "--seconds",
        "Length of each answer; 10 by default.",
        1.0,
        600.0,
        "seconds"
    );
    private readonly OptionList _generation;
    private readonly Option<double?> _continued = TypedOption.Number(
        "--continued",
        "Length of the continued pieces; 60 by default, 0 for none.",
        0.0,
        3600.0,
        "seconds"
    );
    private readonly Option<int?> _windows = TypedOption.Number(
        "--windows",
        "How many held-out windows stand beside the answers, spread evenly; 60 by default.",
        2,
        100_000
    );
    private readonly Option<string[]> _adapters = AdapterArgument.Option();
    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "A first look in minutes: 12 prompts, few clips, no continuations.",
    };
    private readonly Option<bool> _untrained = new("--untrained") { Description = "Measure even parts that have not been trained." };

    public EvaluateVerb()
        : base(
            "evaluate",
            "Measures a model's music and how well it follows prompts, and writes a page with figures, pictures and players."
        )
    {
        Arguments.Add(GlobalOptions.NamedModel);
        foreach (
            var option in new Option[]
            {
                _corpus,
                _output,
                _recordings,
                _embedding,
                _only,
                _prompts,
                _seconds,
                _continued,
                _windows,
                _quick,
                _adapters,
                _untrained,
            }
        )
            Options.Add(option);
        // how the answers are made, as in 'generate'; what prompts and lengths decide is left out
        _generation = new(this, Usual.Generation, "--seconds", "--bpm", "--key", "--metre", "--loudness");
        foreach (
            var verb in new Verb[]
            {
                new EvaluateAutoencoderVerb(),
                new EvaluateMagnitudesVerb(),
                new EvaluateDiffusionVerb(),
                new EvaluateSemanticVerb(),
                new EvaluateCompareVerb(),
                new EvaluateTokensVerb(),
                new EvaluateEstimatorsVerb(),
                new EvaluateFitEstimatorsVerb(),
            }
        )
            Subcommands.Add(verb);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var request = Read(arguments, context);
        var board = await context
            .WithProgressAsync(progress =>
                Task.Run(() => new EvaluationRun(request, progress.Report, context.Cancellation).Run(), context.Cancellation)
            )
            .ConfigureAwait(false);
        var page = Path.Combine(request.Output, "index.html");
        context.WriteResult(
            new
            {
                page,
                model = board.Model,
                modelHash = board.Hash,
                bars = board.Bars,
            },
            console =>
            {
                console.Write(new Text(Bar.Table(board.Bars).ToMarkdown()));
                console.WriteLine($"The whole report is in {page}.");
            }
        );
        return ExitCode.Success;
    }

    private EvaluationRequest Read(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_corpus) is not { } corpus || arguments.GetValue(_output) is not { } output)
            throw new MelodyException(
                "Give held-out music with --corpus and the report's folder with -o, or say what alone to measure: autoencoder, "
                    + "diffusion, semantic or estimators (see 'melody evaluate --help')."
            );
        FolderContent.RequireFree(output, own: null);
        bool quick = arguments.GetValue(_quick);
        double continued = arguments.GetValue(_continued) ?? (quick ? 0 : 60);
        var adapters = AdapterArgument.All(arguments, _adapters);
        AdapterArgument.Check(adapters, () => ModelLocation.Resolve(context.Model));
        var generation = Usual.Generation with { };
        _generation.Set(arguments, generation);
        return Usual with
        {
            Model = ModelLocation.Resolve(context.Model),
            Corpus = corpus,
            Output = output,
            Recordings = arguments.GetValue(_recordings),
            Embedding = arguments.GetValue(_embedding),
            Stages = arguments.GetValue(_only) is { Length: > 0 } only ? only : Usual.Stages,
            Options = new()
            {
                Device = context.Device,
                Threads = context.Threads,
                AllowUntrained = arguments.GetValue(_untrained),
                Adapters = adapters,
            },
            Clips = quick ? 6 : Usual.Clips,
            Windows = arguments.GetValue(_windows) ?? (quick ? 16 : Usual.Windows),
            DiffusionClips = quick ? 4 : Usual.DiffusionClips,
            FittedWindows = quick ? 40 : Usual.FittedWindows,
            Chain = Usual.Chain with
            {
                Prompts = arguments.GetValue(_prompts) ?? (quick ? 12 : int.MaxValue),
                Seconds = arguments.GetValue(_seconds) ?? Usual.Chain.Seconds,
                RepeatedPrompts = quick ? 1 : Usual.Chain.RepeatedPrompts,
                ContinuedPrompts = continued > 0 ? Usual.Chain.ContinuedPrompts : 0,
                ContinuedSeconds = continued > 0 ? continued : Usual.Chain.ContinuedSeconds,
            },
            Generation = generation,
        };
    }
}
