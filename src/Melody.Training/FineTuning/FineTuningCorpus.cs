using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Melody.Corpus.Import;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Listening;
using Melody.Models;
using Melody.Prompting;
using Melody.Runtime;
using Melody.Training.Encoders;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.FineTuning;

/// <summary>A folder of recordings as an encoded corpus.</summary>
/// <param name="Folder">The encoded corpus.</param>
/// <param name="Music">What is in it.</param>
/// <param name="Prompts">Words of some of its windows, of different songs, held-out ones first.</param>
internal sealed record FineTuningCorpus(string Folder, LearnedMusic Music, IReadOnlyList<string> Prompts)
{
    private const double LeastSeconds = 60,
        FewSeconds = 300,
        WindowSeconds = 10;
    private const int MostPrompts = 3;

    /// <summary>Imports and encodes a folder.</summary>
    /// <param name="request">Names it.</param>
    /// <param name="model">Whose parts encode.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="work">A folder for what is made; what is there from before is used again.</param>
    /// <param name="log">Reports how far it is.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="MelodyException">The recordings cannot be learned from.</exception>
    public static FineTuningCorpus Make(
        FineTuningRequest request,
        ModelFolder model,
        Device device,
        string work,
        IFineTuningLog log,
        CancellationToken cancellation
    )
    {
        string mixes = Path.Combine(work, "mixes"),
            corpus = Path.Combine(work, "corpus"),
            encoded = Path.Combine(work, "encoded");
        AtomicFile.Translate(work, () => Directory.CreateDirectory(mixes));
        var songs = SongFolder.Read(request, mixes, log, cancellation);
        var sizes = ModelConfig.FromFolder(model).Codec;
        var listener = new RecordingListener();
        var options = new ImportOptions
        {
            Licence = request.Licence ?? RecordingDescription.Unknown,
            ValidationShare = SongFolder.HeldOutShare,
            TestShare = 0,
        };
        var shards = ImportFile.Deal(songs.Files, options.ShardMinutes);
        var plan = new CorpusPlan
        {
            ContentVersion = CorpusPlan.CurrentContentVersion,
            Kind = CorpusKind.Imported,
            Seed = (ulong)request.Seed,
            SampleRate = sizes.SampleRate,
            Channels = sizes.SoundChannels,
            AudioFormat = ShardFormat.Wav,
            WindowSeconds = WindowSeconds,
            InputSha256 = ImportFile.HashOf(songs.Files),
            Tools = [$"fine-tuning 2, words {WordsHash(songs)}", listener.Name],
        };
        log.Progress("importing", 0);
        var built = new CorpusBuilder(
            corpus,
            plan,
            () => new HeardCaptions(new ImportSource(plan, shards, options, listener), songs.WordsOf),
            jobs: request.Threads
        ).Build(shards.Count, new ImportRelay(log), cancellation);
        foreach (var reason in built.Skipped.Take(10))
            log.Note($"Left out: {reason}");
        if (built.SoftenedRemark is { } remark)
            log.Note(remark);
        var (music, prompts) = Look(corpus, songs, request.Folder, log);
        log.Progress("encoding", 0);
        using (var precision = ComputePrecision.Use(TorchDevice.Precision(device)))
        using (var encoder = new EncodingModel(model, device))
            new CorpusEncoder(corpus, encoder, encoded).Run(new EncodingRelay(log), cancellation);
        return new(encoded, music, prompts);
    }

    private static (LearnedMusic Music, IReadOnlyList<string> Prompts) Look(
        string corpus,
        SongFolder songs,
        string folder,
        IFineTuningLog log
    )
    {
        using var made = CorpusReader.Open(corpus, new CorpusReaderOptions { CacheFolder = "" });
        double seconds = made.Pieces.Sum(piece => piece.Record.Duration);
        var tunes = made.Pieces.GroupBy(piece => piece.Record.TuneId, StringComparer.Ordinal).ToList();
        int heldOut = tunes.Count(tune => tune.First().Record.Split == DatasetSplit.Validation);
        if (seconds < LeastSeconds)
            throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{folder}' holds {seconds:0} s of music that can be used; fine-tuning needs a minute at least, and ten or more to "
                        + $"learn a style and not a song."
                )
            );
        if (heldOut == 0 || heldOut == tunes.Count)
            throw new MelodyException(
                $"Of the {SongFolder.Count(tunes.Count, "song")} that can be used {(heldOut == 0 ? "none is" : "all are")} held out; "
                    + $"give more songs, or another share in the column 'split' of --captions."
            );
        if (seconds < FewSeconds)
            log.Note(string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} minutes of music are few; ten or more are better."));
        var captions = songs.Captions;
        (int Files, string What)[] told =
        [
            (captions.Table, "from the table"),
            (captions.TextFiles, "from text files beside them"),
            (captions.FileNames, "from their names"),
            (captions.Given, "given for all"),
            (captions.Heard, "heard only"),
        ];
        var words = string.Join(", ", told.Where(source => source.Files > 0).Select(source => $"{source.Files} {source.What}"));
        log.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{SongFolder.Count(tunes.Count, "song")}, {seconds / 60:0.#} minutes, {heldOut} held out. Words for the "
                    + $"{SongFolder.Count(made.Pieces.Count, "recording")}: {words}; tempo, key and drums are heard."
            )
        );
        var windows = made.Windows().ToList();
        var prompts = windows
            .Select(made.Describe)
            .Where(window => window.Captions.Count > 0)
            .OrderBy(window => window.Split == DatasetSplit.Validation ? 0 : 1)
            .GroupBy(window => window.PieceId, StringComparer.Ordinal)
            .Select(piece => piece.ElementAt(piece.Count() / 2).Captions[0])
            .Where(IsPrompt)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(MostPrompts)
            .ToList();
        return (new(tunes.Count, heldOut, made.Pieces.Count, songs.Mixed, Math.Round(seconds, 1), captions), prompts);
    }

    // a caption may be longer than a prompt can be
    private static bool IsPrompt(string words)
    {
        try
        {
            PromptLimits.Check(words);
            return true;
        }
        catch (MelodyException)
        {
            return false;
        }
    }

    private static string WordsHash(SongFolder songs) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(string.Join('\n', songs.Files.Select(file => $"{file.Name}\t{songs.WordsOf(file.Name)}")))
            )
        )[..16];

    // Progress<T> would post to the thread pool and could report after the end
    private sealed class ImportRelay(IFineTuningLog log) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => log.Progress("importing", (double)value.ShardsDone / value.Shards);
    }

    private sealed class EncodingRelay(IFineTuningLog log) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value) => log.Progress("encoding", value.Fraction);
    }
}
