using System.CommandLine;
using Melody.Autoencoder.Magnitude;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation.Reconstruction;
using Melody.Foundation;
using Melody.Models;
using Melody.PhaseRetrieval;
using Melody.Runtime;
using Melody.Training.Setup;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate magnitudes</c>: how a magnitude autoencoder rebuilds held-out stereo music.</summary>
internal sealed class EvaluateMagnitudesVerb : Verb
{
    private readonly Option<string> _audio = new("--audio")
    {
        Description = "Stereo music that the model was not trained on: a corpus, whose test split is heard, or a folder of audio files.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the report and of the first sounds.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<int?> _clips = TypedOption.Number("--clips", "Number of clips, spread evenly; 20 by default.", 1, 10_000);
    private readonly Option<double?> _seconds = TypedOption.Number("--seconds", "Length of a clip; 8 by default.", 0.5, 600.0, "seconds");

    public EvaluateMagnitudesVerb()
        : base("magnitudes", "Measures how a magnitude autoencoder rebuilds held-out stereo music.")
    {
        foreach (var option in new Option[] { _audio, _output, _clips, _seconds })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        TorchRuntime.Initialize();
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
        var device = TorchDevice.Resolve(context.Device);
        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
        using var network = Parts.MagnitudeAutoencoder.Load(folder, device);
        var clips = StereoClips.Read(
            arguments.GetRequiredValue(_audio),
            network.Config.SampleRate,
            arguments.GetValue(_clips) ?? 20,
            arguments.GetValue(_seconds) ?? 8
        );
        var output = arguments.GetRequiredValue(_output);
        FolderContent.RequireFree(output, own: null);
        AtomicFile.Translate(output, () => Directory.CreateDirectory(output));
        StereoCodec[] codecs =
        [
            new("original", samples => samples),
            StereoCodec.TrueMagnitudes(network),
            StereoCodec.Whole(network, "autoencoder"),
            StereoCodec.Whole(network, "without corrections", new() { Iteration = false, BandGains = false }),
        ];
        List<StereoScores> rows = [.. codecs.Select(codec => StereoScores.Of(codec, clips, output))];
        AtomicFile.WriteText(Path.Combine(output, "report.json"), JsonOutput.Serialize(rows) + "\n");
        context.WriteResult(rows, console =>
            console.Write(new Text(StereoScores.Table("Held-out music, rebuilt", rows, clips.Count).ToMarkdown()))
        );
        return Task.FromResult(ExitCode.Success);
    }
}
