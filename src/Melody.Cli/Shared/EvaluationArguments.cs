using System.CommandLine;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;

namespace Melody.Cli.Shared;

/// <summary>Model, held-out music and report folder: the same options for every verb that measures a model.</summary>
internal sealed class EvaluationArguments
{
    private readonly Option<string> _corpus = new("--corpus")
    {
        Description = "A corpus whose test split the model was not trained on.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the report.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<bool> _untrained = new("--untrained") { Description = "Measure even a model that has not been trained." };

    public EvaluationArguments(Command command)
    {
        foreach (var option in new Option[] { _corpus, _output, _untrained })
            command.Options.Add(option);
    }

    /// <summary>Whether untrained weights are measured.</summary>
    public bool Untrained(ParseResult arguments) => arguments.GetValue(_untrained);

    /// <summary>Folder of the corpus.</summary>
    public string Corpus(ParseResult arguments) => arguments.GetRequiredValue(_corpus);

    /// <summary>Opens the corpus.</summary>
    /// <exception cref="MelodyException">There is none.</exception>
    public CorpusReader OpenCorpus(ParseResult arguments) => CorpusReader.Open(Corpus(arguments));

    /// <summary>The report's folder, made when it is not there.</summary>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    public string OpenOutput(ParseResult arguments)
    {
        var folder = arguments.GetRequiredValue(_output);
        FolderContent.RequireFree(folder, own: null);
        AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        return folder;
    }

    /// <summary>The model that was named.</summary>
    /// <exception cref="MelodyException">It is missing, incomplete or untrained.</exception>
    public MusicModel LoadModel(ParseResult arguments, CommandContext context)
    {
        TorchRuntime.Initialize();
        return MusicModel
            .LoadAsync(
                ModelLocation.Resolve(context.Model),
                new()
                {
                    Device = context.Device,
                    Threads = context.Threads,
                    AllowUntrained = Untrained(arguments),
                },
                context.Cancellation
            )
            .GetAwaiter()
            .GetResult();
    }
}
