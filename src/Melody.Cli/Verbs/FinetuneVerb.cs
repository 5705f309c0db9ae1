using System.CommandLine;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Foundation;
using Melody.Models;
using Melody.Prompting;
using Melody.Runtime;
using Melody.Training.FineTuning;

namespace Melody.Cli.Verbs;

/// <summary><c>melody finetune FOLDER</c>: one's own music becomes an adapter.</summary>
internal sealed class FinetuneVerb : Verb
{
    private const string Ending = ".safetensors";

    private readonly Argument<string> _folder = new("folder")
    {
        Description = "Folder of recordings (WAV, FLAC, Ogg, MP3, AIFF), two songs at least; those in folders below it count too.",
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "File of the adapter; its card (.md) and samples come beside it.",
        HelpName = "file",
        Required = true,
    };
    private readonly Option<double?> _minutes = TypedOption.Number(
        "--minutes",
        "How long the training may take, after the music is imported and encoded; 30 by default. It ends earlier when held-out songs "
            + "no longer gain.",
        0.01,
        1e5
    );
    private readonly Option<string?> _captions = new("--captions")
    {
        Description =
            "Captions: .csv or .jsonl with the columns file and caption or tags. Text files beside the music (song.txt) are read anyway.",
        HelpName = "file",
    };
    private readonly Option<string?> _caption = new("--caption")
    {
        Description =
            "Words for all music that neither a table nor a text file describes, such as \"chiptune\"; by default those of its file name.",
        HelpName = "words",
    };
    private readonly Option<string?> _name = new("--name")
    {
        Description = "What the adapter is called; the name of its file by default.",
        HelpName = "name",
    };
    private readonly Option<string?> _licence = new("--licence")
    {
        Description = "Licence of the music, for the card, for example CC-BY-4.0.",
        HelpName = "name",
    };
    private readonly Option<double?> _sampleSeconds = TypedOption.Number(
        "--sample-seconds",
        "Length of each of the six samples; 10 by default, 0 makes none.",
        0.0,
        60.0,
        "s"
    );
    private readonly Option<string?> _work = new("--work")
    {
        Description = "A folder for the imported and encoded music that stays, so that the next call with it goes on from there.",
        HelpName = "folder",
    };
    private readonly Option<bool> _force = OutputArguments.ForceOption();
    private readonly Option<int?> _rank = TypedOption.Number("--rank", "Rank of the changes; 16 by default.", 1, 256);
    private readonly Option<double?> _rate = TypedOption.Number(
        "--learning-rate",
        "Learning rate of the factors; 0.001 by default.",
        1e-7,
        1.0,
        "x"
    );
    private readonly Option<long?> _steps = TypedOption.Number("--steps", "The most steps of each training.", 1L, 1_000_000L);
    private readonly Option<long?> _validation = TypedOption.Number(
        "--validation-steps",
        "Steps between validations on held-out songs; 20 by default.",
        1L,
        1_000_000L
    );
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "Seed of everything random; 1 by default.",
        0L,
        GenerationArguments.LargestSeed
    );

    public FinetuneVerb()
        : base("finetune", "Makes an adapter from your own music, which leads the model towards it (--adapter).")
    {
        Arguments.Add(_folder);
        foreach (
            var option in new Option[]
            {
                _output,
                _minutes,
                _captions,
                _caption,
                _name,
                _licence,
                _sampleSeconds,
                _work,
                _seed,
                _force,
                _rank,
                _rate,
                _steps,
                _validation,
            }
        )
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var usual = new FineTuningRequest
        {
            Folder = arguments.GetRequiredValue(_folder),
            Output = "",
            Name = "",
            Model = ModelLocation.Resolve(context.Model),
        };
        var output = arguments.GetRequiredValue(_output);
        if (!output.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            output += Ending;
        if (arguments.GetValue(_caption) is { } words)
            PromptLimits.Check(words);
        var request = usual with
        {
            Output = output,
            Name = arguments.GetValue(_name) is { Length: > 0 } name ? name : Path.GetFileNameWithoutExtension(output),
            Captions = arguments.GetValue(_captions),
            Words = arguments.GetValue(_caption),
            Licence = arguments.GetValue(_licence),
            Budget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : usual.Budget,
            Steps = arguments.GetValue(_steps) ?? usual.Steps,
            ValidationSteps = arguments.GetValue(_validation) ?? usual.ValidationSteps,
            Rank = arguments.GetValue(_rank) ?? usual.Rank,
            LearningRate = arguments.GetValue(_rate) ?? usual.LearningRate,
            Seed = arguments.GetValue(_seed) ?? usual.Seed,
            SampleSeconds = arguments.GetValue(_sampleSeconds) ?? usual.SampleSeconds,
            WorkFolder = arguments.GetValue(_work),
            Threads = context.Threads,
            Device = context.Device,
        };
        bool force = arguments.GetValue(_force);
        var run = new FineTuningRun(request, new Log(context));
        foreach (var file in new[] { request.Output, run.Card })
        {
            OutputTarget.CheckName(file, force);
            AtomicFile.Create(file).Dispose(); // what would go wrong at the end goes wrong now
        }
        if (Directory.Exists(run.Samples) && !force)
            throw new MelodyException($"'{run.Samples}' already exists; choose another name, or --force to replace the samples in it.");
        TorchRuntime.Initialize();
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var report = await run.RunAsync(context.Cancellation).ConfigureAwait(false);
        context.WriteResult(report, console =>
        {
            foreach (var line in Sentences(report))
                console.Profile.Out.Writer.WriteLine(line);
        });
        context.Cancellation.ThrowIfCancellationRequested();
        return ExitCode.Success;
    }

    private static IEnumerable<string> Sentences(FineTuningReport report)
    {
        foreach (var part in report.Parts)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{part.Part}: {part.Before:0.000} -> {part.After:0.000} on held-out songs (step {part.BestStep} of {part.Steps}, "
                    + $"{part.Ended})"
            );
        foreach (var sample in report.Samples)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"\"{sample.Prompt}\": likeness {sample.LikenessBefore:0.000} -> {sample.LikenessAfter:0.000} ({sample.After})"
            );
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.File}: {report.Bytes / 1e6:0.0} MB, made in {report.WallSeconds / 60:0.0} minutes; its card is {report.Card}. "
                + $"Use it with --adapter {report.File}"
        );
    }

    // a line a quarter: bars and lines do not go together
    private sealed class Log(CommandContext context) : IFineTuningLog
    {
        private string _told = "";

        public void Note(string sentence) => context.Note(sentence);

        public void Progress(string stage, double fraction)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{stage}: {Math.Floor(fraction * 4) * 25:0} %");
            if (stage.StartsWith("training", StringComparison.Ordinal) || Interlocked.Exchange(ref _told, line) == line)
                return;
            context.Note(line);
        }
    }
}
