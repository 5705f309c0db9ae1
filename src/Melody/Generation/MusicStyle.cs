using Melody.Diffusion;
using Melody.Models;
using Melody.Steering;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// The passage whose style music has, and what of the music's tokens and latents is recalled from it. Music that is given none takes one of
/// the denoiser's palette when its first tokens are known.
/// </summary>
/// <param name="networks">Of the model.</param>
/// <param name="given">The passage; null for new music.</param>
/// <param name="prefix">The prompt's tokens, which the passage should answer; empty for no prompt.</param>
/// <param name="seed">Chooses among passages that fit.</param>
internal sealed class MusicStyle(ModelParts networks, StylePassage? given, IReadOnlyList<long> prefix, ulong seed)
{
    // of the prompt's likeness beside the distance of facts
    private const double PromptWeight = 2;

    // frames of the music by which facts are compared
    private const int AskedFrames = 25;

    private StylePassage? _passage = given;

    /// <summary>The passage; null before one is chosen, and where the denoiser hears none.</summary>
    public StylePassage? Passage => _passage;

    /// <summary>Tokens with those that the language model leaves open.</summary>
    /// <param name="tokens">[frames, codebooks] flat.</param>
    /// <param name="earlier">The music's tokens before them, all known.</param>
    public long[] Complete(long[] tokens, IReadOnlyList<long> earlier)
    {
        if (networks.Recall is not { } recall || tokens.Length == 0)
            return tokens;
        using var scope = NewDisposeScope();
        int books = networks.Denoiser.Config.Sizes().Count;
        var frames = Frames(tokens, books);
        var heard = Frames(Choose(frames)!.Tokens, books);
        long[]? before = earlier.Count == 0 ? null : [.. earlier.TakeLast(books)];
        return recall.Complete(frames, heard, before: before).cpu().contiguous().data<long>().ToArray();
    }

    /// <summary>What is recalled of the passage for tokens, [1, T * frames a token, D]; null where the denoiser hears no style.</summary>
    /// <param name="tokens">Int64 [1, T, codebooks], or [1, T] of a single codebook, all known.</param>
    public Tensor? Recall(Tensor tokens) => Choose(tokens) is { } passage ? networks.Denoiser.Style!.Recall(passage, tokens) : null;

    private StylePassage? Choose(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        if (_passage is not null || networks.Denoiser.Style?.Palette is not { } palette)
            return _passage;
        return _passage = networks.Recall is { } recall ? palette.Take(Fits(palette, recall, tokens), seed) : palette.Pick(tokens, seed);
    }

    // by what is played, and by the prompt where the palette keeps vectors
    private Tensor Fits(StylePalette palette, TokenRecall recall, Tensor tokens)
    {
        var fits = -TokenRecall.Misfit(recall.Facts(palette.Tokens), recall.Facts(StylePalette.Asked(tokens, AskedFrames)));
        if (prefix.Count == 0 || palette.Vectors is not { } vectors)
            return fits;
        var prompt = networks.VectorOf(prefix).to_type(ScalarType.Float32).flatten();
        return fits + vectors.mv(prompt / prompt.norm().clamp_min(1e-12)) * PromptWeight;
    }

    private Tensor Frames(long[] tokens, int books) =>
        tensor(tokens, [1, tokens.Length / books, books], device: networks.Denoiser.TokenTable.device);
}
