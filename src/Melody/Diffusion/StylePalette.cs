using Melody.Foundation;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// Passages of the music that a denoiser learned from, of one length, for music that is given no passage. Each sounds like one piece, so
/// what is made under it does too.
/// </summary>
internal sealed class StylePalette : Network
{
    private const string ResiduesName = "residues",
        TokensName = "tokens",
        VectorsName = "vectors";

    private const ulong Stream = 0x5374796C65; // "Style"

    // the seed chooses among so many that fit best
    private const int Nearest = 4;

    // how much worse than the best they may fit: nats a frame, or the distance of a frame's facts
    private const double Margin = 0.5;

    // tokens are kept as two digits, so that half precision holds them
    private const int DigitBase = 256;

    private readonly DenoiserConfig _config;

    /// <param name="config">Of the denoiser.</param>
    /// <param name="parameters">Where the values come from.</param>
    public StylePalette(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(StylePalette))
    {
        _config = config;
        (Size, Length) = (config.PaletteSize, config.PaletteTokens);
        AddBuffer(ResiduesName, parameters.Buffer(0, Size, Length * config.FramesPerToken(), config.LatentChannels));
        AddBuffer(TokensName, parameters.Buffer(0, Size, Length, config.Sizes().Count, 2));
        if (config.PaletteVectorWidth > 0)
            AddBuffer(VectorsName, parameters.Buffer(0, Size, config.PaletteVectorWidth));
    }

    /// <summary>Passages.</summary>
    public int Size { get; }

    /// <summary>Tokens of each.</summary>
    public int Length { get; }

    /// <summary>What their tokens leave open of their latents, [passages, frames, D].</summary>
    public Tensor Residues => get_buffer(ResiduesName)!.to_type(ScalarType.Float32);

    /// <summary>Int64 [passages, tokens, codebooks].</summary>
    public Tensor Tokens
    {
        get
        {
            var digits = get_buffer(TokensName)!.to_type(ScalarType.Int64);
            return digits.select(-1, 0) * DigitBase + digits.select(-1, 1);
        }
    }

    /// <summary>Where the joint embedding hears each passage, [passages, width], unit length; null where that is not kept.</summary>
    public Tensor? Vectors => _config.PaletteVectorWidth == 0 ? null : get_buffer(VectorsName)!.to_type(ScalarType.Float32);

    /// <summary>The passage for new music: one whose tokens fit.</summary>
    /// <param name="tokens">Int64 [1, T, codebooks], or [1, T] of a single codebook: the music's beginning.</param>
    /// <param name="seed">Chooses.</param>
    public StylePassage Pick(Tensor tokens, ulong seed)
    {
        using var scope = NewDisposeScope();
        return Take(Fit(_config.Read(Tokens), _config.Read(tokens.dim() == 2 ? tokens.unsqueeze(-1) : tokens)), seed);
    }

    /// <summary>One of at most four passages that fit nearly as well as the best.</summary>
    /// <param name="fits">How well each fits, [passages].</param>
    /// <param name="seed">Chooses.</param>
    public StylePassage Take(Tensor fits, ulong seed)
    {
        using var scope = NewDisposeScope();
        var (best, order) = fits.topk(Math.Min(Nearest, Size), dim: 0, largest: true, sorted: true);
        long near = best.ge(best[0] - Margin).sum().item<long>();
        long chosen = order[new CounterRandom(seed, Stream).Integer(0, near)].item<long>();
        return new(
            get_buffer(ResiduesName)!.select(0, chosen).to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray(),
            Tokens.select(0, chosen).cpu().contiguous().data<long>().ToArray()
        );
    }

    /// <summary>Some frames of music, evenly spread.</summary>
    /// <param name="tokens">Int64 [1, T, codebooks].</param>
    /// <param name="frames">About how many.</param>
    public static Tensor Asked(Tensor tokens, int frames)
    {
        long stride = Math.Max(1, tokens.shape[1] / frames);
        return tokens.slice(1, stride / 2, tokens.shape[1], stride);
    }

    /// <summary>
    /// How well passages fit music, [passages]: the logarithm of the weight with which its frames recall theirs, averaged.
    /// </summary>
    /// <param name="passages">Tokens, int64 [passages, Tp, codebooks].</param>
    /// <param name="tokens">Of the music, int64 [1, T, codebooks].</param>
    public static Tensor Fit(Tensor passages, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return StyleMeasure.Weights(passages, tokens).mean([-1L]).log().mean([-1L]).MoveToOuterDisposeScope();
    }

    /// <summary>Takes passages over.</summary>
    /// <param name="residues">[passages, frames, D].</param>
    /// <param name="tokens">Int64 [passages, tokens, codebooks].</param>
    /// <param name="vectors">[passages, width], of any length; null where none are kept.</param>
    public void Set(Tensor residues, Tensor tokens, Tensor? vectors = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        get_buffer(ResiduesName)!.copy_(residues);
        get_buffer(TokensName)!.copy_(stack([tokens.div(DigitBase, RoundingMode.floor), tokens.remainder(DigitBase)], -1));
        if (vectors is not null)
            get_buffer(VectorsName)!.copy_(vectors / vectors.norm(1, keepdim: true).clamp_min(1e-12));
    }
}
