using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation.Reconstruction;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate autoencoder</c>: how the autoencoder of a model rebuilds held-out music, beside Opus and MP3.</summary>
internal sealed class EvaluateAutoencoderVerb : Verb
{
    private readonly Option<string> _audio = new("--audio")
    {
        Description = "Music that the model was not trained on: a corpus, whose test split is heard, or a folder of audio files.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the report: report.md, report.json and sounds.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<int?> _clips = TypedOption.Number("--clips", "How many clips, spread evenly; 60 by default.", 1, 100_000);
    private readonly Option<double?> _seconds = TypedOption.Number("--seconds", "Length of a clip; 10 by default.", 0.5, 600.0, "seconds");
    private readonly Option<bool> _untrained = new("--untrained")
    {
        Description = "Measure even an autoencoder that has not been trained.",
    };

    public EvaluateAutoencoderVerb()
        : base("autoencoder", "Measures how an autoencoder rebuilds held-out music, beside Opus and MP3.")
    {
        foreach (var option in new Option[] { _audio, _output, _clips, _seconds, _untrained })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        TorchRuntime.Initialize();
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
        if (!folder.Part(LoadedCodec.PartOf(folder).Name).Trained && !arguments.GetValue(_untrained))
            throw new MelodyException(
                $"The autoencoder of the model '{folder.Manifest.Name}' is untrained; train it, or measure it all the same with "
                    + $"--untrained."
            );
        var output = arguments.GetRequiredValue(_output);
        FolderContent.RequireFree(output, own: null);
        var report = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () => Measure(folder, arguments, context, output, fraction => progress.Report("clips", fraction)),
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        AtomicFile.WriteText(Path.Combine(output, "report.json"), JsonOutput.Serialize(report) + "\n");
        AtomicFile.WriteText(Path.Combine(output, "report.md"), report.ToMarkdown());
        context.WriteResult(report, console => console.Write(new Text(report.ToMarkdown())));
        return ExitCode.Success;
    }

    private ReconstructionReport Measure(
        ModelFolder folder,
        ParseResult arguments,
        CommandContext context,
        string output,
        Action<double> progress
    ) =>
        ReconstructionStage.Run(
            folder,
            TorchDevice.Resolve(context.Device),
            arguments.GetRequiredValue(_audio),
            arguments.GetValue(_clips) ?? 60,
            arguments.GetValue(_seconds) ?? 10,
            Path.Combine(output, "sounds"),
            progress,
            context.Cancellation
        );
}
