using System.Globalization;
using System.Security.Cryptography;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Encoded;

/// <summary>A piece of an encoded shard and where its frames and tokens lie there.</summary>
/// <param name="FirstFrame">First latent frame.</param>
/// <param name="Frames">Latent frames.</param>
/// <param name="FirstToken">First frame of semantic tokens.</param>
/// <param name="Tokens">Frames of semantic tokens.</param>
/// <param name="Split">What it is for.</param>
internal sealed record EncodedPiece(long FirstFrame, int Frames, long FirstToken, int Tokens, DatasetSplit Split);

/// <summary>A described window of an encoded shard.</summary>
/// <param name="Piece">Number of its piece in the shard.</param>
/// <param name="Token">Semantic token, counted in the piece, at which it begins.</param>
/// <param name="Tempo">Class of <c>ControlClasses</c>, or -1.</param>
/// <param name="Key">Class of the key, or -1.</param>
/// <param name="Metre">Class of the metre, or -1.</param>
/// <param name="FirstText">Row of its first text.</param>
/// <param name="Texts">How many texts it has: captions, then the tags.</param>
internal sealed record EncodedWindow(int Piece, int Token, int Tempo, int Key, int Metre, int FirstText, int Texts);

/// <summary>
/// One shard of an encoded corpus: a safetensors file and its SHA-256 beside it, written last, so a shard is complete
/// when the hash is there.
/// </summary>
internal sealed class EncodedShard(string folder, int index)
{
    private const string SourceKey = "source";

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"shard-{index:D5}");

    /// <summary>The number of the shard, the corpus' own.</summary>
    public int Index => index;

    /// <summary>The tensors.</summary>
    public string Data => Path.Combine(folder, _name + ".safetensors");

    /// <summary>Their hash, as <c>sha256sum</c> writes it.</summary>
    public string Hash => Path.Combine(folder, _name + ".sha256");

    /// <summary>Whether the shard was finished, and from this source.</summary>
    public bool IsMadeFrom(EncodedSource source)
    {
        if (!File.Exists(Hash) || !File.Exists(Data))
            return false;
        try
        {
            using var reader = SafetensorsReader.Open(Data);
            return reader.Metadata.GetValueOrDefault(SourceKey) == source.Sha256;
        }
        catch (MelodyException)
        {
            return false;
        }
    }

    /// <summary>Writes the shard, whole or not at all.</summary>
    public void Write(EncodedShardContent content, EncodedPlan plan, string source)
    {
        using var scope = NewDisposeScope();
        if (File.Exists(Hash))
            File.Delete(Hash);
        var tensors = new Dictionary<string, Tensor>
        {
            ["latents"] = tensor(
                content.Latents.ToArray(),
                [content.Latents.Count / plan.LatentChannels, plan.LatentChannels],
                ScalarType.Float32
            ),
            ["tokens"] = tensor(
                content.Tokens.ToArray(),
                plan.Codebooks.Count == 0 ? [content.Tokens.Count] : [content.Tokens.Count / plan.Codebooks.Count, plan.Codebooks.Count],
                ScalarType.Int16
            ),
            ["audio_prefix"] = tensor(
                content.AudioPrefix.ToArray(),
                [content.AudioPrefix.Count / plan.PrefixLevels, plan.PrefixLevels],
                ScalarType.Int16
            ),
            ["text_prefix"] = tensor(
                content.TextPrefix.ToArray(),
                [content.TextPrefix.Count / plan.PrefixLevels, plan.PrefixLevels],
                ScalarType.Int16
            ),
            ["pieces"] = tensor(
                content.Pieces.SelectMany(p => new[] { p.FirstFrame, p.Frames, p.FirstToken, p.Tokens, (long)p.Split }).ToArray(),
                [content.Pieces.Count, 5],
                ScalarType.Int64
            ),
            ["windows"] = tensor(
                content.Windows.SelectMany(w => new long[] { w.Piece, w.Token, w.Tempo, w.Key, w.Metre, w.FirstText, w.Texts }).ToArray(),
                [content.Windows.Count, 7],
                ScalarType.Int64
            ),
        };
        SafetensorsWriter.Write(Data, tensors, new Dictionary<string, string> { [SourceKey] = source }, (name, value) =>
            name == "latents" ? ScalarType.Float16 : value.dtype
        );
        AtomicFile.WriteText(Hash, $"{Sum()}  {Path.GetFileName(Data)}\n");
    }

    /// <summary>Opens the shard after comparing it with its hash.</summary>
    /// <exception cref="MelodyException">It is missing, incomplete or changed.</exception>
    public SafetensorsReader Open(EncodedSource source)
    {
        if (!File.Exists(Hash) || !File.Exists(Data))
            throw new MelodyException(
                $"Shard {index} is missing from the encoded corpus '{folder}'; run 'melody corpus encode' again, it makes what is missing."
            );
        if (!File.ReadAllText(Hash).StartsWith(Sum(), StringComparison.Ordinal))
            throw new MelodyException(
                $"'{Data}' is not the file that was made (wrong SHA-256); delete it and run 'melody corpus encode' again."
            );
        var reader = SafetensorsReader.Open(Data);
        if (reader.Metadata.GetValueOrDefault(SourceKey) == source.Sha256)
            return reader;
        reader.Dispose();
        throw new MelodyException($"'{Data}' was encoded from another corpus; delete it and run 'melody corpus encode' again.");
    }

    /// <summary>The pieces of an open shard.</summary>
    /// <exception cref="MelodyException">They are not stored as pieces are, or a number is out of range.</exception>
    public static IReadOnlyList<EncodedPiece> Pieces(SafetensorsReader reader) =>
        [
            .. Rows(reader, "pieces", 5)
                .Select(p =>
                    Enum.IsDefined((DatasetSplit)p[4])
                        ? new EncodedPiece(p[0], (int)p[1], p[2], (int)p[3], (DatasetSplit)p[4])
                        : throw Damaged(reader, $"a piece of the split {p[4]}")
                ),
        ];

    /// <summary>The windows of an open shard.</summary>
    /// <exception cref="MelodyException">They are not stored as windows are, or a number is out of range.</exception>
    public static IReadOnlyList<EncodedWindow> Windows(SafetensorsReader reader) =>
        [
            .. Rows(reader, "windows", 7)
                .Select(w => new EncodedWindow((int)w[0], (int)w[1], (int)w[2], (int)w[3], (int)w[4], (int)w[5], (int)w[6])),
        ];

    /// <summary>A tensor of 16-bit integers of an open shard, flat.</summary>
    /// <exception cref="MelodyException">It is missing or of another type.</exception>
    public static short[] Shorts(SafetensorsReader reader, string name)
    {
        using var values = Read(reader, name, ScalarType.Int16);
        return values.numel() == 0 ? [] : values.data<short>().ToArray();
    }

    /// <summary>The refusal of a shard whose hash is right and whose content cannot be.</summary>
    public static MelodyException Damaged(SafetensorsReader reader, FormattableString what) =>
        new($"'{reader.Path}' holds {FormattableString.Invariant(what)}; delete it and run 'melody corpus encode' again.");

    private static List<long[]> Rows(SafetensorsReader reader, string name, int width)
    {
        using var values = Read(reader, name, ScalarType.Int64);
        if (values.numel() == 0)
            return [];
        if (values.shape is not [_, var found] || found != width)
            throw Damaged(reader, $"{name} that are not rows of {width} numbers");
        var rows = values.data<long>().ToArray().Chunk(width).ToList();
        return rows.Exists(row => row.Any(value => value is < int.MinValue or > int.MaxValue))
            ? throw Damaged(reader, $"{name} with a number beyond 32 bits")
            : rows;
    }

    private static Tensor Read(SafetensorsReader reader, string name, ScalarType type)
    {
        if (reader.Entries.TryGetValue(name, out var entry) && entry.Type != type)
            throw Damaged(reader, $"{name} of type {entry.Type}, not {type}");
        return reader.Read(name);
    }

    private string Sum()
    {
        using var stream = File.OpenRead(Data);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>What a shard is written from; rows lie one after the other.</summary>
internal sealed class EncodedShardContent
{
    /// <summary>Latents of all pieces, frame after frame, in [-1, 1]; stored as float16.</summary>
    public List<float> Latents { get; } = [];

    /// <summary>Semantic tokens of all pieces, [frames, codebooks] flat.</summary>
    public List<short> Tokens { get; } = [];

    /// <summary>Prefix tokens that the audio tower gives each window.</summary>
    public List<short> AudioPrefix { get; } = [];

    /// <summary>Prefix tokens that the text tower gives each text.</summary>
    public List<short> TextPrefix { get; } = [];

    /// <summary>The pieces.</summary>
    public List<EncodedPiece> Pieces { get; } = [];

    /// <summary>The windows, a row of <see cref="AudioPrefix"/> each.</summary>
    public List<EncodedWindow> Windows { get; } = [];
}
