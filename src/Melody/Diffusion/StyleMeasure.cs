using Melody.Foundation;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The style of a passage (not in the paper): what its semantic tokens leave open of its latents, which is the instruments, the room
/// and the mix. The denoiser hears it in the place of a prompt, and recalls it for every frame of its own by their tokens: frames of the
/// passage where the same notes and instruments sound count most. What a token tells on average is a table that is fitted by least
/// squares and learned no further.
/// </summary>
/// <remarks>
/// New music has no passage yet: it takes one from a palette of the music that was learned from, where the tokens are most alike.
/// </remarks>
internal sealed class StyleMeasure : Network
{
    /// <summary>Seconds of the longest passage that is worth hearing.</summary>
    public const int LongestSeconds = 20;

    // a frame that shares a part p of its tokens counts e^(12 p), beside as many imaginary ones without a residue that count e^2 each
    private const double Sharpness = 12,
        OpenWeight = 2;

    private const string TablesName = "tables",
        NormName = "norm";

    private readonly DenoiserConfig _config;
    private readonly CodebookSizes _books;

    /// <param name="config">Of the denoiser.</param>
    /// <param name="parameters">Where the values come from.</param>
    public StyleMeasure(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(StyleMeasure))
    {
        (_config, _books) = (config, config.Sizes());
        LongestTokens = LongestSeconds * config.TokenRate;
        AddBuffer(TablesName, parameters.Buffer(0, _books.Total, config.LatentChannels));
        AddBuffer(NormName, parameters.Buffer(1, 1));
        if (config.PaletteSize > 0)
            Palette = Add("palette", new StylePalette(config, parameters));
    }

    /// <summary>What the tokens of a frame tell of its latents is the sum of their rows, [tokens of all codebooks, D].</summary>
    public Tensor Tables => Float(TablesName);

    /// <summary>By what residues are divided, so that the mean square length of what is recalled is 1; [1].</summary>
    public Tensor Norm => Float(NormName);

    /// <summary>Whether the tables were fitted.</summary>
    public bool IsFitted => Tables.ne(0).any().item<bool>();

    /// <summary>Passages of the music that was learned from; null where none are kept.</summary>
    public StylePalette? Palette { get; }

    /// <summary>Tokens of the longest passage that is worth hearing.</summary>
    public int LongestTokens { get; }

    /// <summary>What tokens leave open of latents, [batch, L, D].</summary>
    /// <param name="latents">[batch, L, D], scaled as the denoiser sees them; L a whole number of frames a token.</param>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T] of a single codebook: of the same seconds.</param>
    public Tensor Residues(Tensor latents, Tensor tokens)
    {
        var tables = Tables;
        var told = _books.Sum(_config.Read(tokens), rows => tables.index_select(0, rows.flatten()).view([.. rows.shape, -1]));
        return (latents - told.repeat_interleave(latents.shape[1] / tokens.shape[1], 1)) / Norm;
    }

    /// <summary>
    /// The residues that a passage leads to expect for frames of other tokens, [batch, T * frames a token, D]: a mean of its own, weighed
    /// by e^(12 p) where a part p of the codebooks has the same token. Where hardly any has, it is drawn to zero.
    /// </summary>
    /// <param name="residues">From <see cref="Residues"/>, [batch, Tp * frames a token, D].</param>
    /// <param name="heard">The passage's tokens, int64 [batch, Tp, codebooks], or [batch, Tp] of a single codebook.</param>
    /// <param name="tokens">Those that the residues are wanted for, int64 [batch, T, codebooks], or [batch, T].</param>
    /// <param name="there">
    /// Bool [batch, Tp], false for what only fills a shorter passage up, or [batch, T, Tp], which frames may be recalled for which; null
    /// where all is there.
    /// </param>
    public static Tensor Recall(Tensor residues, Tensor heard, Tensor tokens, Tensor? there = null)
    {
        using var scope = NewDisposeScope();
        var weights = Weights(heard, tokens);
        if (there?.dim() == 2)
            there = there.unsqueeze(1);
        if (there is not null)
            weights = weights * there;
        var count = there is null ? ones([1, 1, 1], device: heard.device) * heard.shape[1] : there.sum(-1, keepdim: true);
        weights = weights / (weights.sum(-1, keepdim: true) + count * Math.Exp(OpenWeight)).clamp_min(1e-30);
        var recalled = weights.matmul(residues.reshape(residues.shape[0], heard.shape[1], -1));
        return recalled.reshape(residues.shape[0], -1, residues.shape[2]).MoveToOuterDisposeScope();
    }

    /// <summary>How much each frame of a passage counts for each frame of other tokens, float32 [batch, T, Tp].</summary>
    /// <param name="heard">Int64 [batch, Tp, codebooks], or [batch, Tp].</param>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T].</param>
    public static Tensor Weights(Tensor heard, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var (left, right) = (tokens.unsqueeze(2), heard.unsqueeze(1));
        if (tokens.dim() == 2)
            return (left.eq(right).to_type(ScalarType.Float32) * Sharpness).exp().MoveToOuterDisposeScope();
        var shared = left.select(-1, 0).eq(right.select(-1, 0)).to_type(ScalarType.Float32);
        for (long book = 1; book < tokens.shape[2]; book++)
            shared.add_(left.select(-1, book).eq(right.select(-1, book)));
        return shared.mul_(Sharpness / tokens.shape[2]).exp_().MoveToOuterDisposeScope();
    }

    /// <summary>What is recalled of a passage for tokens, [1, T * frames a token, D].</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="tokens">Int64 [1, T, codebooks], or [1, T] of a single codebook.</param>
    public Tensor Recall(StylePassage passage, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var device = tokens.device;
        long frames = passage.Residues.Length / Tables.shape[1];
        var residues = tensor(passage.Residues, [1, frames, Tables.shape[1]], device: device);
        var heard = tensor(passage.Tokens, [1, passage.Tokens.Length / _books.Count, _books.Count], device: device);
        heard = _config.Read(tokens.dim() == 2 ? heard.squeeze(-1) : heard);
        return Recall(residues, heard, _config.Read(tokens)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes tables and norm over.</summary>
    public void Set(Tensor tables, double norm)
    {
        using var _ = no_grad();
        get_buffer(TablesName)!.copy_(tables);
        get_buffer(NormName)!.fill_(norm);
    }

    private Tensor Float(string name) => get_buffer(name)!.to_type(ScalarType.Float32);
}
