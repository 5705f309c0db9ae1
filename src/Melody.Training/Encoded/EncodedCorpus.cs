using System.Globalization;
using System.Runtime.InteropServices;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Training.Setup;

namespace Melody.Training.Encoded;

/// <summary>
/// A corpus as the generators see it: latents and semantic tokens of every piece, prefix tokens of every window and
/// every text. Tokens are held in memory (0.2 MB an hour), latents are read where they lie. Safe for several threads.
/// </summary>
internal sealed class EncodedCorpus : IDisposable
{
    private readonly List<EncodedShardTables> _shards = [];
    private readonly string _folders;

    private readonly int _books;

    private EncodedCorpus(string folders, EncodedPlan plan) => (_folders, Plan, _books) = (folders, plan, plan.Sizes().Count);

    /// <summary>Sizes and rates of what it holds; of several corpora the first one's plan, which lists that one's shards alone.</summary>
    public EncodedPlan Plan { get; }

    /// <summary>A piece, by the place of its shard among all and its number there.</summary>
    internal readonly record struct PieceId(int Shard, int Piece);

    /// <summary>A window, by the place of its shard among all and its number there.</summary>
    internal readonly record struct WindowId(int Shard, int Window);

    /// <summary>Opens an encoded corpus.</summary>
    /// <param name="folder">Where <c>melody corpus encode</c> wrote it.</param>
    /// <param name="parts">Hashes of the model's parts whose output is needed; see <see cref="PartHash"/>.</param>
    /// <exception cref="MelodyException">It is missing, incomplete, changed, or of another model.</exception>
    public static EncodedCorpus Open(string folder, IReadOnlyDictionary<string, string> parts) => Open([folder], parts);

    /// <summary>Opens several encoded corpora of one model as if they were one.</summary>
    /// <param name="folders">Where <c>melody corpus encode</c> wrote them.</param>
    /// <param name="parts">Hashes of the model's parts whose output is needed, in every one of them.</param>
    /// <exception cref="MelodyException">One is missing, incomplete, changed, or of another model.</exception>
    public static EncodedCorpus Open(IReadOnlyList<string> folders, IReadOnlyDictionary<string, string> parts)
    {
        var corpora = folders.Select(folder => (Folder: folder, Plan: EncodedPlan.Read(folder))).ToList();
        foreach (var (folder, plan) in corpora)
            plan.RequireParts(folder, parts);
        var corpus = new EncodedCorpus(string.Join("', '", folders), corpora[0].Plan);
        try
        {
            foreach (var (folder, plan) in corpora)
            foreach (var source in plan.Shards)
                corpus._shards.Add(EncodedShardTables.Open(new EncodedShard(folder, source.Index), source, plan));
            return corpus;
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }

    /// <summary>The pieces of a split with at least this many semantic tokens.</summary>
    /// <exception cref="MelodyException">There are none.</exception>
    public IReadOnlyList<PieceId> PiecesOf(DatasetSplit split, int tokens = 1)
    {
        var found = _shards
            .SelectMany((shard, s) => shard.Pieces.Select((piece, p) => (piece, Id: new PieceId(s, p))))
            .Where(p => p.piece.Split == split)
            .ToList();
        if (found.Count == 0)
            throw Empty(split);
        var sufficient = found.Where(p => p.piece.Tokens >= tokens).Select(p => p.Id).ToList();
        double seconds = (double)tokens * Plan.TokenHop / Plan.SampleRate;
        return sufficient.Count > 0
            ? sufficient
            : throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"No piece in the split '{EnumName<DatasetSplit>.Of(split)}' of the encoded corpus '{_folders}' is "
                        + $"{seconds:0.#} s long, as training examples are; use longer music."
                )
            );
    }

    /// <summary>The windows of a split.</summary>
    /// <exception cref="MelodyException">There are none.</exception>
    public IReadOnlyList<WindowId> WindowsOf(DatasetSplit split)
    {
        var found = _shards
            .SelectMany((shard, s) => shard.Windows.Select((window, w) => (window, Id: new WindowId(s, w), shard)))
            .Where(w => w.shard.Pieces[w.window.Piece].Split == split)
            .Select(w => w.Id)
            .ToList();
        return found.Count > 0 ? found : throw Empty(split);
    }

    /// <summary>Where a piece lies.</summary>
    public EncodedPiece Piece(PieceId id) => _shards[id.Shard].Pieces[id.Piece];

    /// <summary>What is known of a window.</summary>
    public EncodedWindow Window(WindowId id) => _shards[id.Shard].Windows[id.Window];

    /// <summary>The piece that a window is cut from.</summary>
    public PieceId PieceOf(WindowId id) => new(id.Shard, Window(id).Piece);

    /// <summary>Latent frames of a piece from <paramref name="first"/> on, as many as <paramref name="into"/> holds.</summary>
    public void ReadLatents(PieceId id, long first, Span<float> into)
    {
        var packed = new Half[into.Length];
        long offset = (Piece(id).FirstFrame + first) * Plan.LatentChannels * 2;
        _shards[id.Shard].ReadLatents(offset, MemoryMarshal.AsBytes(packed.AsSpan()));
        for (int i = 0; i < packed.Length; i++)
            into[i] = (float)packed[i];
    }

    /// <summary>
    /// Semantic tokens of a piece from its frame <paramref name="first"/> on, [frames, codebooks] flat, as many as
    /// <paramref name="into"/> holds; -1 for one that is not known.
    /// </summary>
    public void ReadTokens(PieceId id, int first, Span<long> into)
    {
        var source = _shards[id.Shard].Tokens.AsSpan(((int)Piece(id).FirstToken + first) * _books, into.Length);
        for (int i = 0; i < into.Length; i++)
            into[i] = source[i];
    }

    /// <summary>Whether the audio tower heard a window.</summary>
    public bool HasAudioPrefix(WindowId id) => _shards[id.Shard].AudioPrefix.Length > 0;

    /// <summary>The prefix tokens that the audio tower gives a window that it heard.</summary>
    public long[] AudioPrefix(WindowId id) => Row(_shards[id.Shard].AudioPrefix, id.Window);

    /// <summary>The prefix tokens that the text tower gives one of a window's texts.</summary>
    public long[] TextPrefix(WindowId id, int text) => Row(_shards[id.Shard].TextPrefix, Window(id).FirstText + text);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
        _shards.Clear();
    }

    private long[] Row(short[] rows, int row) =>
        Array.ConvertAll(rows.AsSpan(row * Plan.PrefixLevels, Plan.PrefixLevels).ToArray(), code => (long)code);

    private MelodyException Empty(DatasetSplit split) =>
        new($"The split '{EnumName<DatasetSplit>.Of(split)}' of the encoded corpus '{_folders}' is empty; encode a larger corpus.");
}
