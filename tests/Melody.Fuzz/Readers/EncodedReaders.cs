using Melody.Corpus.Records;
using Melody.Tests.Training;
using Melody.Training.Encoded;

namespace Melody.Fuzz.Readers;

/// <summary>The files of an encoded corpus.</summary>
internal static class EncodedReaders
{
    private const string Data = "shard-00000.safetensors",
        Sum = "shard-00000.sha256";

    public static Reader Plan(string folder) =>
        Of(folder, EncodedPlan.FileName, ["\"index\": -1", "\"sha256\": null", "null", "{}"], true, _ => { });

    public static Reader Hash(string folder) => Of(folder, Sum, ["  "], true, _ => { });

    public static Reader Shard(string folder) =>
        Of(folder, Data, ["\"I32\"", "\"F64\"", "\"shape\":[0,5]"], false, bytes =>
            File.WriteAllText(Path.Combine(folder, Sum), Bytes.Sum(bytes) + "  x\n")
        );

    private static Reader Of(string folder, string file, IReadOnlyList<string> words, bool text, Action<byte[]> prepare)
    {
        Write(folder);
        var path = Path.Combine(folder, file);
        return new("", [File.ReadAllBytes(path)], words, text, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            prepare(bytes);
            using var corpus = EncodedCorpus.Open(folder, new Dictionary<string, string>());
            foreach (var split in new[] { DatasetSplit.Train, DatasetSplit.Validation })
            {
                ReadPieces(corpus, corpus.PiecesOf(split));
                ReadWindows(corpus, corpus.WindowsOf(split));
            }
        });
    }

    private static void ReadPieces(EncodedCorpus corpus, IReadOnlyList<EncodedCorpus.PieceId> pieces)
    {
        foreach (var id in pieces)
        {
            var piece = corpus.Piece(id);
            corpus.ReadLatents(id, 0, new float[Math.Min(piece.Frames, 50) * corpus.Plan.LatentChannels]);
            var tokens = new long[Math.Min(piece.Tokens, 25)];
            corpus.ReadTokens(id, piece.Tokens - tokens.Length, tokens);
            DefectException.Unless(tokens.All(token => token >= 0 && token < corpus.Plan.SemanticCodes), "a token out of range");
        }
    }

    private static void ReadWindows(EncodedCorpus corpus, IReadOnlyList<EncodedCorpus.WindowId> windows)
    {
        foreach (var id in windows)
        {
            var window = corpus.Window(id);
            _ = corpus.Piece(corpus.PieceOf(id));
            var codes = corpus.AudioPrefix(id).Concat(Enumerable.Range(0, window.Texts).SelectMany(text => corpus.TextPrefix(id, text)));
            DefectException.Unless(codes.All(code => code >= 0 && code < corpus.Plan.PrefixCodes), "a prefix token out of range");
        }
    }

    private static void Write(string folder)
    {
        var plan = EncodedFixture.Plan(1) with { LatentChannels = 2 };
        plan.Claim(folder);
        var content = new EncodedShardContent();
        for (int piece = 0; piece < 2; piece++)
        {
            content.Pieces.Add(
                new(content.Latents.Count / 2, 21, content.Tokens.Count, 10, piece == 0 ? DatasetSplit.Train : DatasetSplit.Validation)
            );
            content.Windows.Add(new(piece, 2, Tempo: 45, Key: 9, Metre: -1, piece, 1));
            content.Latents.AddRange(new float[2 * 21]);
            content.Tokens.AddRange(Enumerable.Range(0, 10).Select(token => (short)token));
            content.AudioPrefix.AddRange(new short[plan.PrefixLevels]);
            content.TextPrefix.AddRange(new short[plan.PrefixLevels]);
        }
        new EncodedShard(folder, 0).Write(content, plan, plan.Shards[0].Sha256);
    }
}
