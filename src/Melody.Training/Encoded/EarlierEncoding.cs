using System.Runtime.InteropServices;
using Melody.Weights;

namespace Melody.Training.Encoded;

/// <summary>
/// What another run encoded of the same corpus. A model whose joint embedding alone has changed takes latents and semantic
/// tokens from there, which are most of the work, and makes new prefix tokens.
/// </summary>
internal sealed class EarlierEncoding
{
    private readonly string _folder;
    private readonly int _channels;

    /// <param name="folder">The encoded corpus.</param>
    /// <param name="plan">What is to be encoded, and by which model.</param>
    /// <exception cref="MelodyException">There is none, or another autoencoder or semantic tokenizer made it.</exception>
    public EarlierEncoding(string folder, EncodedPlan plan)
    {
        EncodedPlan.Read(folder).RequireParts(folder, plan.Parts.Where(p => p.Key is PartName.Autoencoder or PartName.SemanticTokenizer).ToDictionary());
        (_folder, _channels) = (folder, plan.LatentChannels);
    }

    /// <summary>Latents and tokens of each piece of a shard, or null where the shard is not there or of another corpus.</summary>
    /// <exception cref="MelodyException">The shard was changed after it was made.</exception>
    public IReadOnlyList<(float[] Latents, short[] Tokens)>? Find(EncodedSource source)
    {
        var shard = new EncodedShard(_folder, source.Index);
        if (!shard.IsMadeFrom(source)) return null;
        using var reader = shard.Open(source);
        var tokens = EncodedShard.Shorts(reader, "tokens");
        return [.. EncodedShard.Pieces(reader).Select(piece =>
        {
            var packed = new Half[(long)piece.Frames * _channels];
            reader.CopyBytes("latents", piece.FirstFrame * _channels * 2, MemoryMarshal.AsBytes(packed.AsSpan()));
            return (Array.ConvertAll(packed, value => (float)value), tokens.AsSpan((int)piece.FirstToken, piece.Tokens).ToArray());
        })];
    }
}
