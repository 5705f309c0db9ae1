using System.Runtime.InteropServices;
using Melody.Models;
using Melody.Weights;

namespace Melody.Training.Encoded;

/// <summary>What another run encoded of a shard; null what another model's part made.</summary>
/// <param name="Latents">Of each piece, frame after frame.</param>
/// <param name="Tokens">Semantic tokens of each piece, [frames, codebooks] flat.</param>
/// <param name="AudioPrefix">Prefix tokens of all windows.</param>
/// <param name="TextPrefix">Prefix tokens of all texts.</param>
internal sealed record EarlierShard(
    IReadOnlyList<float[]>? Latents,
    IReadOnlyList<short[]>? Tokens,
    short[]? AudioPrefix,
    short[]? TextPrefix
);

/// <summary>
/// What another run encoded of the same corpus. A model that shares some of its parts with the one that encoded takes
/// over what these parts made, and only the others go through the music again.
/// </summary>
internal sealed class EarlierEncoding
{
    private readonly string _folder;
    private readonly int _channels;
    private readonly EncodedPlan _plan;
    private readonly bool _latents,
        _tokens,
        _prefixes;

    /// <param name="folder">The encoded corpus.</param>
    /// <param name="plan">What is to be encoded, and by which model.</param>
    /// <exception cref="MelodyException">There is none, or no part of the model made any of it.</exception>
    public EarlierEncoding(string folder, EncodedPlan plan)
    {
        _plan = EncodedPlan.Read(folder);
        var parts = _plan.Parts;
        bool Same(Part part) =>
            plan.Parts.TryGetValue(part.Name, out var mine) && parts.TryGetValue(part.Name, out var theirs) && mine == theirs;
        (_folder, _channels) = (folder, plan.LatentChannels);
        _latents = Same(Parts.Autoencoder) || Same(Parts.MagnitudeAutoencoder);
        (_tokens, _prefixes) = (Same(Parts.SemanticTokenizer), Same(Parts.JointEmbedding));
        if (!_latents && !_tokens && !_prefixes)
            throw new MelodyException(
                $"Nothing of '{folder}' can be taken over: it was encoded by another model, which shares no encoder, tokenizer or "
                    + $"joint embedding with this one."
            );
    }

    /// <summary>What is known of a shard, or null where the shard is not there or of another corpus.</summary>
    /// <exception cref="MelodyException">The shard was changed after it was made.</exception>
    public EarlierShard? Find(EncodedSource source)
    {
        var shard = new EncodedShard(_folder, source.Index);
        if (!shard.IsMadeFrom(source))
            return null;
        using var reader = shard.Open(source);
        var pieces = EncodedShard.Pieces(reader);
        EncodedShardTables.Check(reader, _plan);
        return new(
            _latents ? [.. pieces.Select(piece => Latents(reader, piece))] : null,
            _tokens ? Tokens(reader, pieces, _plan.Sizes().Count) : null,
            _prefixes ? EncodedShard.Shorts(reader, "audio_prefix") : null,
            _prefixes ? EncodedShard.Shorts(reader, "text_prefix") : null
        );
    }

    private float[] Latents(SafetensorsReader reader, EncodedPiece piece)
    {
        var packed = new Half[(long)piece.Frames * _channels];
        reader.CopyBytes("latents", piece.FirstFrame * _channels * 2, MemoryMarshal.AsBytes(packed.AsSpan()));
        return Array.ConvertAll(packed, value => (float)value);
    }

    private static IReadOnlyList<short[]> Tokens(SafetensorsReader reader, IReadOnlyList<EncodedPiece> pieces, int books)
    {
        var tokens = EncodedShard.Shorts(reader, "tokens");
        return [.. pieces.Select(piece => tokens.AsSpan((int)piece.FirstToken * books, piece.Tokens * books).ToArray())];
    }
}
