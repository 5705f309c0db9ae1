using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Corpus.Storage;

namespace Melody.Fuzz.Readers;

/// <summary>The files of a corpus.</summary>
internal static class CorpusReaders
{
    private const string Lines = "shard-00000.jsonl",
        Audio = "shard-00000.wav",
        Sums = "shard-00000.sha256";

    public static Reader Plan(string folder) =>
        Of(folder, CorpusPlan.FileName, ["null", "\"tools\":null", "\"windowSeconds\":1e300"], bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, CorpusPlan.FileName), bytes);
            Read(folder);
        });

    public static Reader Hashes(string folder) => Of(folder, Sums, ["  ", "\n"], bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, Sums), bytes);
            Read(folder);
        });

    public static Reader Records(string folder)
    {
        var audio = Bytes.Sum(File.ReadAllBytes(Path.Combine(Build(folder), Audio)));
        return Of(folder, Lines, ["null", "\"notes\":null", "\"record\":null", "\"frames\":-1", "\"pieceId\":\"../../x\""], bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, Lines), bytes);
            File.WriteAllText(Path.Combine(folder, Sums), $"{audio}  {Audio}\n{Bytes.Sum(bytes)}  {Lines}\n");
            if (bytes.Length % 32 == 0)
                Verify(folder); // slower, so not of all
            Read(folder);
        });
    }

    private static void Verify(string folder)
    {
        foreach (var fault in CorpusCheck.Run(folder, null, null, default).Faults)
            DefectException.Unless(fault.Length > 0 && !fault.Contains('\n', StringComparison.Ordinal), "a fault that is no sentence");
    }

    private static Reader Of(string folder, string file, IReadOnlyList<string> words, Action<byte[]> read) =>
        new("", [File.ReadAllBytes(Path.Combine(Build(folder), file))], words, true, read);

    private static void Read(string folder)
    {
        using var corpus = CorpusReader.Open(folder, new() { CacheFolder = "" });
        foreach (var window in corpus.Windows().Take(2))
        {
            var record = corpus.Describe(window);
            DefectException.Unless(
                record.PieceId.IndexOfAny(['/', '\\']) < 0 && record.PieceId is not ("." or ".."),
                "a piece that is named like a path"
            );
            DefectException.Unless(window is { Frames: > 0 and < 1 << 24, FirstFrame: >= 0 }, "a window that cannot be");
            corpus.Read(window);
        }
        _ = CorpusManifest.Count(folder);
        _ = CorpusStatistics.Count(corpus, null, 0, default);
    }

    private static string Build(string folder)
    {
        if (File.Exists(Path.Combine(folder, Sums)))
            return folder;
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            SampleRate = 8000,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 1,
            WindowSeconds = 1,
        };
        new CorpusBuilder(folder, plan, () => new SinePieces(plan), jobs: 1).Build(1);
        return folder;
    }
}
