using System.Buffers.Binary;
using Melody.LanguageModel;
using Melody.Weights;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Melody.Training.Encoded;

/// <summary>
/// An open shard: its tables in memory, its latents where they lie. The latents are read and not mapped: a file that is
/// cut under a map kills the process, here it is an error. Safe for several threads.
/// </summary>
internal sealed class EncodedShardTables : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _latents,
        _latentBytes;

    private EncodedShardTables(SafetensorsReader reader, EncodedPlan plan)
    {
        Check(reader, plan);
        Pieces = EncodedShard.Pieces(reader);
        Windows = EncodedShard.Windows(reader);
        Tokens = EncodedShard.Shorts(reader, "tokens");
        AudioPrefix = EncodedShard.Shorts(reader, "audio_prefix");
        TextPrefix = EncodedShard.Shorts(reader, "text_prefix");
        var entry = reader.Entries["latents"];
        (_path, _latentBytes) = (reader.Path, entry.End - entry.Begin);
        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[8];
        Fill(header, 0);
        _latents = 8 + (long)BinaryPrimitives.ReadUInt64LittleEndian(header) + entry.Begin;
    }

    /// <summary>The pieces.</summary>
    public IReadOnlyList<EncodedPiece> Pieces { get; }

    /// <summary>The windows.</summary>
    public IReadOnlyList<EncodedWindow> Windows { get; }

    /// <summary>Semantic tokens of all pieces, [frames, codebooks] flat.</summary>
    public short[] Tokens { get; }

    /// <summary>Prefix tokens of all windows, flat.</summary>
    public short[] AudioPrefix { get; }

    /// <summary>Prefix tokens of all texts, flat.</summary>
    public short[] TextPrefix { get; }

    /// <summary>Opens a shard after comparing it with its hash and its tables with the plan.</summary>
    /// <exception cref="MelodyException">It is missing, incomplete, changed, or holds what the plan does not allow.</exception>
    public static EncodedShardTables Open(EncodedShard shard, EncodedSource source, EncodedPlan plan)
    {
        using var reader = shard.Open(source);
        return new(reader, plan);
    }

    /// <summary>Fails with a sentence unless the tables of an open shard fit each other and the plan.</summary>
    /// <exception cref="MelodyException">A tensor is missing or of another type or shape, or a number is out of range.</exception>
    public static void Check(SafetensorsReader reader, EncodedPlan plan)
    {
        if (!reader.Entries.TryGetValue("latents", out var latents))
            throw EncodedShard.Damaged(reader, $"no latents");
        if (
            latents.Type != ScalarType.Float16
            || latents.Shape is not [var frames, var channels]
            || (frames > 0 && channels != plan.LatentChannels)
        )
            throw EncodedShard.Damaged(reader, $"latents of another type or with other than {plan.LatentChannels} channels");
        if (plan.WithoutSound && frames > 0)
            throw EncodedShard.Damaged(reader, $"latents of music without sound");
        var tokens = EncodedShard.Shorts(reader, "tokens");
        var audio = EncodedShard.Shorts(reader, "audio_prefix");
        var text = EncodedShard.Shorts(reader, "text_prefix");
        var books = plan.Sizes();
        if (tokens.Length % books.Count != 0)
            throw EncodedShard.Damaged(reader, $"{tokens.Length} tokens, not a whole number of frames of {books.Count}");
        for (int book = 0; book < books.Count; book++)
            Codes(reader, "tokens", tokens, books[book], book, books.Count, plan.UnknownCodebooks?.Contains(book) == true ? -1 : 0);
        Codes(reader, "audio_prefix", audio, plan.PrefixCodes);
        Codes(reader, "text_prefix", text, plan.PrefixCodes);
        var pieces = EncodedShard.Pieces(reader);
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            if (!Within(piece.FirstToken, piece.Tokens, tokens.Length / books.Count) || !Within(piece.FirstFrame, piece.Frames, frames))
                throw EncodedShard.Damaged(reader, $"a piece {i} that reaches beyond its tokens or latents");
        }
        var windows = EncodedShard.Windows(reader);
        if (audio.Length != 0 && audio.Length != (long)windows.Count * plan.PrefixLevels)
            throw EncodedShard.Damaged(reader, $"{audio.Length} prefix tokens of {windows.Count} windows, not {plan.PrefixLevels} of each");
        for (int i = 0; i < windows.Count; i++)
        {
            var window = windows[i];
            if (
                window.Piece < 0
                || window.Piece >= pieces.Count
                || window.Token < 0
                || window.Token > Math.Max(0, pieces[window.Piece].Tokens - 1)
                || (window.Texts != 0 && !Within(window.FirstText, window.Texts, text.Length / plan.PrefixLevels))
                || !IsClass(window.Tempo, ControlClasses.Tempi)
                || !IsClass(window.Key, ControlClasses.Keys)
                || !IsClass(window.Metre, ControlClasses.Metres)
            )
                throw EncodedShard.Damaged(reader, $"a window {i} whose piece, place, texts, tempo, key or metre is out of range");
        }
    }

    /// <summary>Copies bytes of the latents.</summary>
    /// <param name="offset">First byte, counted from the first latent.</param>
    /// <param name="into">Receives as many bytes as it holds.</param>
    /// <exception cref="MelodyException">The file has become shorter, or cannot be read.</exception>
    public void ReadLatents(long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, _latentBytes - into.Length);
        Fill(into, _latents + offset);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Fill(Span<byte> into, long offset)
    {
        try
        {
            for (int done = 0; done < into.Length; )
            {
                int count = RandomAccess.Read(_file, into[done..], offset + done);
                if (count == 0)
                    throw new MelodyException(
                        $"'{_path}' became shorter while it was read; delete it and run 'melody corpus encode' again."
                    );
                done += count;
            }
        }
        catch (IOException e)
        {
            throw new MelodyException($"'{_path}' cannot be read: {e.Message}", e);
        }
    }

    private static void Codes(SafetensorsReader reader, string name, short[] codes, int count, int first = 0, int step = 1, int least = 0)
    {
        for (int i = first; i < codes.Length; i += step)
            if (codes[i] < least || codes[i] >= count)
                throw EncodedShard.Damaged(reader, $"{name} with the code {codes[i]}, outside {least} to {count - 1}");
    }

    private static bool Within(long first, long count, long length) =>
        first >= 0 && count >= 0 && first <= length && count <= length - first;

    private static bool IsClass(int value, int count) => value >= -1 && value < count;
}
