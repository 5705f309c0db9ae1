using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Corpus.Import;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Listening;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus import</c>: a folder of one's own music becomes a corpus.</summary>
internal sealed class CorpusImportVerb : Verb
{
    private readonly Argument<string> _folder = new("folder")
    {
        Description = "Folder of sound files (WAV, FLAC, Ogg, MP3, AIFF) or MIDI files; those in folders below it count too.",
    };
    private readonly CorpusArguments _shared = new();
    private readonly Option<string?> _captions = new("--captions")
    {
        Description =
            "Captions: .csv or .jsonl with the columns file and caption or tags, a MusicCaps .csv, or an MTG-Jamendo .tsv. Text "
            + "files beside the music (song.txt) are read anyway.",
        HelpName = "file",
    };
    private readonly Option<string?> _licence = new("--licence")
    {
        Description = "Licence of the music where the captions give none, for example CC-BY-4.0.",
        HelpName = "name",
    };
    private readonly Option<double?> _validation = TypedOption.Number(
        "--validation",
        "Share of the pieces for validation; 0.05 by default.",
        0.0,
        0.5,
        "share"
    );
    private readonly Option<double?> _test = TypedOption.Number(
        "--test",
        "Share of the pieces for the test; 0.05 by default.",
        0.0,
        0.5,
        "share"
    );

    private readonly Option<bool> _noEstimates = new("--no-estimates")
    {
        Description = "Leave tempo, key and drums of recordings unknown instead of estimating them.",
    };

    public CorpusImportVerb()
        : base("import", "Makes a corpus from a folder of your own music.")
    {
        Arguments.Add(_folder);
        foreach (var option in _shared.All.Concat([_captions, _licence, _validation, _test, _noEstimates]))
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var table = arguments.GetValue(_captions) is { } captions ? CaptionTable.Read(captions) : CaptionTable.Empty;
        var leftOver = new List<CaptionRow>();
        var files = ImportFile.Find(arguments.GetRequiredValue(_folder), table, leftOver, context.Cancellation);
        var options = new ImportOptions
        {
            Licence = arguments.GetValue(_licence) ?? RecordingDescription.Unknown,
            ValidationShare = arguments.GetValue(_validation) ?? 0.05,
            TestShare = arguments.GetValue(_test) ?? 0.05,
        };
        var listener = arguments.GetValue(_noEstimates) ? null : new RecordingListener();
        var shards = ImportFile.Deal(files, options.ShardMinutes);
        var plan = _shared.Plan(arguments, CorpusKind.Imported, needsFonts: files.Any(file => file.IsMidi)) with
        {
            InputSha256 = ImportFile.HashOf(files),
            Tools =
            [
                "songs 2", // how files are dealt out to the splits
                "levels 1", // what goes beyond full scale is made softer as a whole
                $"licence {options.Licence}",
                FormattableString.Invariant($"validation {options.ValidationShare}"),
                FormattableString.Invariant($"test {options.TestShare}"),
                .. listener is null ? (string[])[] : [listener.Name],
            ],
        };
        if (files.All(file => file.Rows.Count == 0 && !file.IsMidi))
            context.Note("No captions were found; the music can train the autoencoder and the tokenizer, but it teaches no words.");
        if (leftOver.Count > 0)
            context.Note(
                $"{leftOver.Count} of {table.Rows.Count} rows of '{table.Path}' name no file: "
                    + string.Join(", ", leftOver.Take(5).Select(row => $"'{row.Key}' (line {row.Line})"))
                    + (leftOver.Count > 5 ? ", …" : ".")
            );
        if (table.Rows.Count > 0 && files.Where(file => file.Rows.Count == 0 && !file.IsMidi).ToList() is { Count: > 0 } wordless)
            context.Note(
                $"{wordless.Count} of {files.Count} files have no captions: "
                    + string.Join(", ", wordless.Take(5).Select(file => $"'{file.Name}'"))
                    + (wordless.Count > 5 ? ", …" : ".")
            );
        var splits = new SongSplits(files, options, plan.Seed);
        if (splits.Divided.Count > 0)
            context.Note(
                "The captions put files of one song into several splits: "
                    + string.Join(", ", splits.Divided.Take(5).Select(song => $"'{song}'"))
                    + (splits.Divided.Count > 5 ? ", …" : ".")
            );
        var code = await _shared
            .BuildAsync(arguments, context, plan, shards.Count, () => new ImportSource(plan, shards, options, listener))
            .ConfigureAwait(false);
        // told at the end, where what could not be read is known too
        int complete = ShardFiles.FindComplete(_shared.Folder(arguments)).Count;
        if (complete == 0 || (_shared.IsShared(arguments) && complete < shards.Count))
            return code; // other processes are at it
        using var made = CorpusReader.Open(_shared.Folder(arguments), new CorpusReaderOptions { CacheFolder = "" });
        foreach (
            var (split, share) in new[]
            {
                (DatasetSplit.Train, 1.0),
                (DatasetSplit.Validation, options.ValidationShare),
                (DatasetSplit.Test, options.TestShare),
            }
        )
            if (share > 0 && made.Pieces.All(piece => piece.Record.Split != split))
                context.Note(
                    $"The split '{EnumName<DatasetSplit>.Of(split)}' is empty: {splits.Songs} songs are too few, or its music was left out."
                );
        return code;
    }
}
