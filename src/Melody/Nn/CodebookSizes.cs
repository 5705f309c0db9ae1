using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// The sizes of the codebooks whose tokens stand side by side in a frame. A table that serves them all has the rows of the
/// first codebook first, then those of the second.
/// </summary>
internal sealed class CodebookSizes
{
    /// <summary>In the place of a token that is not known.</summary>
    public const long Unknown = -1;

    private readonly int[] _sizes,
        _starts;

    /// <param name="sizes">Different tokens of each codebook; one at least.</param>
    /// <exception cref="MelodyException">There is none, or one is empty.</exception>
    public CodebookSizes(IReadOnlyList<int> sizes)
    {
        if (sizes.Count == 0 || sizes.Any(size => size < 1))
            throw new MelodyException("Codebooks must have at least one token each.");
        _sizes = [.. sizes];
        _starts = [.. sizes.Select((_, book) => sizes.Take(book).Sum())];
    }

    /// <summary>Codebooks: tokens in a frame.</summary>
    public int Count => _sizes.Length;

    /// <summary>Different tokens of all codebooks together.</summary>
    public int Total => _starts[^1] + _sizes[^1];

    /// <summary>Different tokens of a codebook.</summary>
    public int this[int book] => _sizes[book];

    /// <summary>The row of a codebook's token 0 in a table of all.</summary>
    public int Start(int book) => _starts[book];

    /// <summary>
    /// Tokens [..., codebooks] to rows of a table of all, of the same shape; tokens [batch, T] of a single codebook to [batch, T, 1].
    /// </summary>
    public Tensor Rows(Tensor tokens) =>
        Count == 1 ? (tokens.dim() == 3 ? tokens : tokens.unsqueeze(-1))
        : tokens.shape[^1] == Count ? tokens + tensor(_starts.Select(start => (long)start).ToArray(), device: tokens.device)
        : throw new ArgumentException($"A frame has {Count} tokens, not {tokens.shape[^1]}.", nameof(tokens));

    /// <summary>The same for the tokens of one codebook.</summary>
    public Tensor Rows(int book, Tensor tokens) => tokens + _starts[book];

    /// <summary>The same for one token of a codebook.</summary>
    public long Row(int book, long token) => _starts[book] + token;

    /// <summary>The sum of the vectors of each frame's tokens, [batch, T, width].</summary>
    /// <param name="tokens">int64 [batch, T, codebooks], or [batch, T] of a single codebook.</param>
    /// <param name="lookUp">Vectors [.., width] of rows [..].</param>
    /// <param name="told">bool, of the shape of tokens of several codebooks: which of them count; null for all.</param>
    public Tensor Sum(Tensor tokens, Func<Tensor, Tensor> lookUp, Tensor? told = null) =>
        Count == 1 ? lookUp(Rows(tokens).squeeze(-1))
        : told is null ? lookUp(Rows(tokens)).sum(-2)
        : (lookUp(Rows(tokens)) * told.unsqueeze(-1)).sum(-2);

    /// <summary>Whether the other has as many codebooks, none of them smaller.</summary>
    public bool FitsInto(CodebookSizes other) => Count == other.Count && Enumerable.Range(0, Count).All(book => this[book] <= other[book]);

    /// <summary>The sizes, "1024" or "1024 + 512 + 256".</summary>
    public override string ToString() => string.Join(" + ", _sizes);

    /// <summary>Fails unless every token of flat frames lies in its codebook.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not, or a frame is incomplete.</exception>
    public void Require(IReadOnlyList<long> tokens, string name)
    {
        if (tokens.Count % Count != 0)
            throw new ArgumentOutOfRangeException(name, $"{tokens.Count} tokens are not a whole number of frames of {Count}.");
        for (int i = 0; i < tokens.Count; i++)
            if (tokens[i] < 0 || tokens[i] >= _sizes[i % Count])
                throw new ArgumentOutOfRangeException(name, $"Semantic tokens lie in 0..{_sizes[i % Count] - 1}, but one is {tokens[i]}.");
    }
}
