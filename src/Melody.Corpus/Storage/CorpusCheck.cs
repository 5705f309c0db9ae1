using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>What a check of all shards found.</summary>
/// <param name="Shards">Shards that are there.</param>
/// <param name="Hours">Hours of audio in them.</param>
/// <param name="Pieces">Pieces by split.</param>
/// <param name="Faults">A sentence each; none where all is well.</param>
internal sealed record CorpusCheckResult(int Shards, double Hours, IReadOnlyDictionary<string, long> Pieces, IReadOnlyList<string> Faults);

/// <summary>
/// Checks a corpus that many processes made, a shard at a time: files against their hashes, gaps, tunes that stand in two splits, and
/// pieces that stand there twice. A piece is remembered as 24 bytes.
/// </summary>
internal sealed class CorpusCheck
{
    private const int MaxListed = 20;

    private readonly ConcurrentDictionary<ulong, (int Shard, DatasetSplit Split)> _tunes = [];
    private readonly ConcurrentDictionary<ulong, int> _pieces = [];
    private readonly ConcurrentDictionary<string, int> _sounds = [];
    private readonly ConcurrentDictionary<DatasetSplit, long> _counts = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly string _folder;
    private readonly CorpusPlan _plan;
    private double _seconds;

    private CorpusCheck(string folder) => (_folder, _plan) = (folder, CorpusPlan.Read(folder));

    /// <summary>Checks the corpus in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="expected">Expected number of shards; null takes it from the highest shard number.</param>
    /// <param name="progress">Receives the share that is done.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <exception cref="MelodyException">The folder holds no corpus.</exception>
    public static CorpusCheckResult Run(string folder, int? expected, Action<double>? progress, CancellationToken cancellation)
    {
        var check = new CorpusCheck(folder);
        var shards = ShardFiles.FindComplete(folder);
        var missing = Enumerable.Range(0, Math.Max(expected ?? 0, shards.Count == 0 ? 0 : shards[^1] + 1)).Except(shards).ToList();
        if (missing.Count > 0)
            check._faults.Enqueue(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{missing.Count} {(missing.Count == 1 ? "shard is" : "shards are")} missing: {List(missing)}; run the build again."
                )
            );
        int done = 0;
        try
        {
            shards
                .AsParallel()
                .WithCancellation(cancellation)
                .ForAll(index =>
                {
                    check.Shard(new ShardFiles(folder, index, check._plan.AudioFormat));
                    progress?.Invoke((double)Interlocked.Increment(ref done) / shards.Count);
                });
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
        var faults = check._faults.Order(StringComparer.Ordinal).ToList();
        if (faults.Count > MaxListed)
            faults = [.. faults.Take(MaxListed), string.Create(CultureInfo.InvariantCulture, $"… and {faults.Count - MaxListed} more.")];
        return new(
            shards.Count,
            check._seconds / 3600,
            new SortedDictionary<string, long>(
                check._counts.ToDictionary(count => EnumName<DatasetSplit>.Of(count.Key), count => count.Value),
                StringComparer.Ordinal
            ),
            faults
        );
    }

    private void Shard(ShardFiles files)
    {
        try
        {
            files.Check(files.Records);
            files.Check(files.Audio);
            if (!_sounds.TryAdd(files.AudioHash, files.Index))
                Fault($"Shards {_sounds[files.AudioHash]} and {files.Index} hold the same sound; delete one of them.");
            Records(files);
        }
        catch (MelodyException e)
        {
            _faults.Enqueue(e.Message);
        }
    }

    private void Records(ShardFiles files)
    {
        int number = 0;
        long frames = 0;
        PieceRecord? piece = null;
        foreach (string text in File.ReadLines(files.Records))
        {
            var line = Parse(text, files);
            RecordCheck.Require(line, frames, ++number, files.Records);
            if (line.Shard is { } header)
            {
                frames = header.Frames;
                if (header.Index != files.Index)
                    Fault(
                        $"'{files.Records}' holds the records of shard {header.Index}; delete '{files.Hashes}' and make the shard again."
                    );
                lock (_counts)
                    _seconds += (double)header.Frames / header.SampleRate;
            }
            if (line.Piece is { } stored)
                Piece(piece = stored.Record, files.Index);
            if (line.Window is { } window && (window.Record.PieceId != piece?.Id || window.Record.Split != piece.Split))
                Fault(
                    $"Line {number} of '{files.Records}' belongs to another piece or split than the piece above it; make the shard again."
                );
        }
    }

    private void Piece(PieceRecord piece, int shard)
    {
        _counts.AddOrUpdate(piece.Split, 1, (_, count) => count + 1);
        if (!_pieces.TryAdd(Key(piece.Id), shard))
            Fault($"The piece {piece.Id} of shard {shard} is also in shard {_pieces[Key(piece.Id)]}; delete one of the shards.");
        var first = _tunes.GetOrAdd(Key(piece.TuneId), (shard, piece.Split));
        if (first.Split != piece.Split)
            Fault(
                $"The tune of piece {piece.Id} in shard {shard} is in the split '{EnumName<DatasetSplit>.Of(piece.Split)}', and in shard "
                    + $"{first.Shard} in '{EnumName<DatasetSplit>.Of(first.Split)}'; make the corpus again with one table of splits."
            );
    }

    private void Fault(string sentence) => _faults.Enqueue(sentence);

    // of ten million names two agree with a probability of three in a million
    private static ulong Key(string name) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static ShardLine Parse(string line, ShardFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize<ShardLine>(line, CorpusJson.Options) ?? new ShardLine();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new MelodyException($"'{files.Records}' holds a line that cannot be read ({e.Message}); make the shard again.", e);
        }
    }

    // as a sentence lists them, the first ten
    private static string List(List<int> numbers) =>
        string.Join(", ", numbers.Take(10).Select(number => number.ToString(CultureInfo.InvariantCulture)))
        + (numbers.Count > 10 ? ", …" : "");
}
