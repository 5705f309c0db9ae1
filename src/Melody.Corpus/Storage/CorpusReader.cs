using System.Text.Json;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>How a corpus is opened.</summary>
internal sealed record CorpusReaderOptions
{
    /// <summary>
    /// Where the audio is kept unpacked as 16-bit samples for quick reading; null means the folder <c>.cache</c> inside
    /// the corpus, an empty string that every read decodes the shard.
    /// </summary>
    public string? CacheFolder { get; init; }
}

/// <summary>A piece of a corpus and where it lies.</summary>
internal sealed record CorpusPiece(int Shard, long FirstFrame, long Frames, PieceRecord Record);

/// <summary>A window of a corpus and where it lies; <see cref="CorpusReader.Describe"/> gives what is known of it.</summary>
internal readonly record struct CorpusWindow(int Shard, long FirstFrame, int Frames, DatasetSplit Split, long LineStart, int LineLength);

/// <summary>
/// A corpus for those who train on it: which pieces and windows there are, what is known of them, and their sound.
/// Records are checked against their hash when the corpus is opened, the audio of a shard when it is first heard. All
/// members may be used by several threads at once.
/// </summary>
internal sealed class CorpusReader : IDisposable
{
    private readonly SortedDictionary<int, ShardFiles> _shards = [];
    private readonly Dictionary<int, ShardAudio> _audio = [];
    private readonly List<CorpusPiece> _pieces = [];
    private readonly List<CorpusWindow> _windows = [];
    private readonly CorpusReaderOptions _options;
    private readonly string _folder;

    private CorpusReader(string folder, CorpusReaderOptions options)
    {
        (_folder, _options) = (folder, options);
        Plan = CorpusPlan.Read(folder);
    }

    /// <summary>Opens a corpus with all its complete shards.</summary>
    /// <exception cref="MelodyException">There is no corpus, or a shard lacks a file or has changed.</exception>
    public static CorpusReader Open(string folder, CorpusReaderOptions? options = null)
    {
        var reader = new CorpusReader(folder, options ?? new());
        var indices = ShardFiles.FindComplete(folder);
        if (indices.Count == 0)
            throw new MelodyException($"The corpus '{folder}' has no complete shard yet; run the build again.");
        foreach (int index in indices)
        {
            var files = new ShardFiles(folder, index, reader.Plan.AudioFormat);
            files.Check(files.Records);
            if (!File.Exists(files.Audio))
                files.Check(files.Audio);
            reader.Load(files);
        }
        return reader;
    }

    /// <summary>What the corpus is made of.</summary>
    public CorpusPlan Plan { get; }

    /// <summary>Seconds of audio in all shards.</summary>
    public double Seconds { get; private set; }

    /// <summary>How many shards there are.</summary>
    public int ShardCount => _shards.Count;

    /// <summary>Every piece, in order.</summary>
    public IReadOnlyList<CorpusPiece> Pieces => _pieces;

    /// <summary>The pieces of a split.</summary>
    /// <exception cref="MelodyException">The split is empty.</exception>
    public IReadOnlyList<CorpusPiece> PiecesOf(DatasetSplit split) =>
        Require([.. _pieces.Where(piece => piece.Record.Split == split)], split);

    /// <summary>Every window, in order.</summary>
    public IReadOnlyList<CorpusWindow> Windows() => _windows;

    /// <summary>The windows of a split.</summary>
    /// <exception cref="MelodyException">The split is empty.</exception>
    public IReadOnlyList<CorpusWindow> WindowsOf(DatasetSplit split) =>
        Require([.. _windows.Where(window => window.Split == split)], split);

    /// <summary>What is known of a window.</summary>
    public WindowRecord Describe(CorpusWindow window)
    {
        byte[] line = new byte[window.LineLength];
        using (var file = File.OpenHandle(_shards[window.Shard].Records))
        {
            for (int read = 0; read < line.Length; )
            {
                int count = RandomAccess.Read(file, line.AsSpan(read), window.LineStart + read);
                read +=
                    count > 0
                        ? count
                        : throw new MelodyException(
                            $"'{_shards[window.Shard].Records}' became shorter while it was read; run the build again."
                        );
            }
        }
        return Parse(line, _shards[window.Shard]).Window?.Record
            ?? throw new MelodyException($"'{_shards[window.Shard].Records}' changed while it was read; run the build again.");
    }

    /// <summary>The sound of a window, interleaved where the corpus is stereo.</summary>
    public float[] Read(CorpusWindow window)
    {
        float[] samples = new float[window.Frames * Plan.Channels];
        Read(window.Shard, window.FirstFrame, samples);
        return samples;
    }

    /// <summary>
    /// Frames of a piece from <paramref name="start"/> on, as many as <paramref name="interleaved"/> holds; behind the end of the piece
    /// is silence.
    /// </summary>
    public void Read(CorpusPiece piece, long start, Span<float> interleaved)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        int frames = (int)Math.Clamp(piece.Frames - start, 0, interleaved.Length / Plan.Channels);
        if (frames > 0)
            Read(piece.Shard, piece.FirstFrame + start, interleaved[..(frames * Plan.Channels)]);
        interleaved[(frames * Plan.Channels)..].Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var audio in _audio.Values)
            audio.Dispose();
        _audio.Clear();
    }

    private void Read(int shard, long firstFrame, Span<float> interleaved)
    {
        ShardAudio? audio;
        lock (_audio)
        {
            if (!_audio.TryGetValue(shard, out audio))
                _audio[shard] = audio = ShardAudio.Open(_shards[shard], Plan, _options.CacheFolder ?? Path.Combine(_folder, ".cache"));
        }
        audio.Read(firstFrame, interleaved);
    }

    private void Load(ShardFiles files)
    {
        _shards[files.Index] = files;
        byte[] bytes = File.ReadAllBytes(files.Records);
        var (number, frames) = (0, 0L);
        for (int start = 0; start < bytes.Length; )
        {
            int length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
                length = bytes.Length - start;
            var line = Parse(bytes.AsSpan(start, length), files);
            RecordCheck.Require(line, frames, ++number, files.Records);
            frames = line.Shard?.Frames ?? frames;
            if (line.Shard is { } header)
                Seconds += (double)header.Frames / header.SampleRate;
            if (line.Piece is { } piece)
                _pieces.Add(new(files.Index, piece.FirstFrame, piece.Frames, piece.Record));
            if (line.Window is { } window)
                _windows.Add(new(files.Index, window.FirstFrame, window.Frames, window.Record.Split, start, length));
            start += length + 1;
        }
    }

    private static ShardLine Parse(ReadOnlySpan<byte> line, ShardFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize<ShardLine>(line, CorpusJson.Options) ?? new ShardLine();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new MelodyException(
                $"'{files.Records}' holds a line that cannot be read ({e.Message}); it comes from another version, build the corpus again.",
                e
            );
        }
    }

    private List<T> Require<T>(List<T> found, DatasetSplit split) =>
        found.Count > 0
            ? found
            : throw new MelodyException(
                $"The split '{EnumName<DatasetSplit>.Of(split)}' of the corpus '{_folder}' is empty; make a larger corpus, or ask "
                    + $"for {string.Join(", ", EnumName<DatasetSplit>.All)}."
            );
}
