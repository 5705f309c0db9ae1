using Melody.Nn;
using Melody.Weights;

namespace Melody.LanguageModel;

/// <summary>The sizes of a <see cref="SemanticLanguageModel"/>.</summary>
internal sealed record SemanticLanguageModelConfig : ISizes
{
    /// <summary>Transformer blocks.</summary>
    [Size(0, 256)]
    public required int Layers { get; init; }

    /// <summary>Channels between the blocks.</summary>
    [Size(1, 16384)]
    public required int Width { get; init; }

    /// <summary>Attention heads; <see cref="Width"/> / Heads is even.</summary>
    [Size(1, 1024)]
    public required int Heads { get; init; }

    /// <summary>Inner width of the gated feed-forward layers.</summary>
    [Size(1, 131072)]
    public required int FeedForward { get; init; }

    /// <summary>Prefix tokens, one a level of the joint embedding's residual quantizer.</summary>
    [Size(1, 256)]
    public int PrefixLevels { get; init; } = 12;

    /// <summary>Entries of each level.</summary>
    [Size(1, 65536)]
    public int PrefixCodes { get; init; } = 1024;

    /// <summary>Different semantic tokens of the one codebook, where <see cref="Codebooks"/> names none.</summary>
    [Size(1, 65536)]
    public int SemanticCodes { get; init; } = 1024;

    /// <summary>
    /// Different tokens of each codebook, where a frame has several. None, as in the paper: one of <see cref="SemanticCodes"/>.
    /// </summary>
    [Size(1, 65536, MayBeEmpty = true)]
    public IReadOnlyList<int> Codebooks { get; init; } = [];

    /// <summary>
    /// Numbers, from 0, of codebooks whose tokens the language model neither reads nor writes: what a passage tells better, from which the
    /// denoiser recalls them. The first codebook is always written.
    /// </summary>
    [Size(1, 65535, MayBeEmpty = true)]
    public IReadOnlyList<int> UnwrittenCodebooks { get; init; } = [];

    /// <summary>Inner width of the gated layers that write the second and later tokens of a frame.</summary>
    [Size(1, 131072)]
    public int FrameFeedForward { get; init; } = 256;

    /// <summary>
    /// Width of the prefix tokens' vectors before one shared product widens them, so that 12 x 1024 rows do not outweigh
    /// a small model; 0 gives them full <see cref="Width"/>, as in the paper.
    /// </summary>
    [Size(0, 16384)]
    public int PrefixWidth { get; init; }

    /// <summary>Whether the output has a row for each semantic token only, in place of one for each id of the vocabulary.</summary>
    public bool SemanticOutputOnly { get; init; }

    /// <summary>Whether tokens for tempo, key and metre follow the prefix (beyond the paper).</summary>
    public bool Controls { get; init; }

    /// <summary>Frames of semantic tokens in the longest sequence that training shows: 10 s at 25 Hz.</summary>
    [Size(1, 32768)]
    public int Window { get; init; } = 250;

    /// <summary>Tokens by which a full window moves on; the paper's M_ST = ceil(250 / 4).</summary>
    [Size(1, 32768)]
    public int WindowHop { get; init; } = 63;

    /// <summary>Share of activations that training sets to zero behind the embedding, each attention and each feed-forward layer.</summary>
    [Size(0, 0.99)]
    public double Dropout { get; init; }

    /// <summary>Takes the tokens of <see cref="UnwrittenCodebooks"/> out of frames.</summary>
    /// <param name="tokens">[frames, codebooks] flat; these codebooks' tokens become <see cref="CodebookSizes.Unknown"/>.</param>
    public void Forget(Span<long> tokens)
    {
        int books = Sizes().Count;
        foreach (int book in UnwrittenCodebooks)
            for (int i = book; i < tokens.Length; i += books)
                tokens[i] = CodebookSizes.Unknown;
    }

    /// <summary>The codebooks of a frame.</summary>
    public CodebookSizes Sizes() => new(Codebooks.Count == 0 ? [SemanticCodes] : Codebooks);

    /// <summary>Base of the rotary embedding's frequencies.</summary>
    [Size(1, 1e9)]
    public double RotaryBase { get; init; } = 10000;

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (Width % Heads == 0 && Width / Heads % 2 == 0, $"{Heads} heads do not divide the width of {Width} into even widths");
        yield return (WindowHop <= Window, "windowHop is longer than the window");
        yield return (
            UnwrittenCodebooks.All(book => book > 0 && book < Sizes().Count),
            $"unwrittenCodebooks are numbers from 1 of {Sizes().Count} codebooks, not {string.Join(", ", UnwrittenCodebooks)}"
        );
    }
}
