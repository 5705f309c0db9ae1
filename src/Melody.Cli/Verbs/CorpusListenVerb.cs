using System.CommandLine;
using System.Globalization;
using Melody.Audio;
using Melody.Cli.Shared;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus listen</c>: a few windows with their captions, to hear and read.</summary>
internal sealed class CorpusListenVerb : Verb
{
    private readonly Argument<string> _folder = new("corpus") { Description = "Folder of the corpus." };
    private readonly Argument<int> _count = new("count") { Description = "How many windows.", DefaultValueFactory = _ => 10 };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder that they are written into.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string?> _split = new("--split")
    {
        Description = "train, validation or test; all by default.",
        HelpName = "split",
    };
    private readonly Option<long?> _seed = TypedOption.Number("--seed", "Which windows; 1 by default.", 0L, long.MaxValue);

    public CorpusListenVerb()
        : base("listen", "Writes a few clips with their captions, to hear and read.")
    {
        Arguments.Add(_folder);
        Arguments.Add(_count);
        foreach (var option in new Option[] { _output, _split, _seed })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var count = arguments.GetValue(_count);
        if (count < 1)
            throw new MelodyException($"{count} clips cannot be written; ask for at least 1.");
        using var corpus = CorpusReader.Open(arguments.GetRequiredValue(_folder), new CorpusReaderOptions { CacheFolder = "" });
        var windows = arguments.GetValue(_split) is { } split ? corpus.WindowsOf(EnumName<DatasetSplit>.Parse(split)) : corpus.Windows();
        if (windows.Count == 0)
            throw new MelodyException("The corpus has no windows.");
        var output = arguments.GetRequiredValue(_output);
        FolderContent.RequireFree(output, own: null);
        AtomicFile.Translate(output, () => Directory.CreateDirectory(output));
        var order = new CounterRandom((ulong)(arguments.GetValue(_seed) ?? 1)).Permutation(windows.Count);
        var files = new List<string>();
        foreach (var index in order.Take(count))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (window, record) = (windows[index], corpus.Describe(windows[index]));
            var name = Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"{record.PieceId}-{record.Index:D3}"));
            AudioClip.Adopt(corpus.Read(window), corpus.Plan.SampleRate, corpus.Plan.Channels).Write(name + ".wav");
            AtomicFile.WriteText(
                name + ".txt",
                string.Join('\n', record.Captions.Append("[" + string.Join(", ", record.Tags) + "]")) + "\n"
            );
            files.Add(name + ".wav");
        }
        context.WriteResult(new { files }, console =>
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Count} clips with their captions are in {output}."))
        );
        return Task.FromResult(ExitCode.Success);
    }
}
