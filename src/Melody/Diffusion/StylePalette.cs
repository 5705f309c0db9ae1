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
        TokensName = "tokens";

    private const ulong Stream = 0x5374796C65; // "Style"

    // the seed chooses among so many that fit best
    private const int Nearest = 4;

    // how much worse than the best they may fit, nats a frame
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

    /// <summary>The passage for new music: one of at most four that fit nearly as well as the best.</summary>
    /// <param name="tokens">Int64 [1, T, codebooks], or [1, T] of a single codebook: the music's beginning.</param>
    /// <param name="seed">Chooses.</param>
    public StylePassage Pick(Tensor tokens, ulong seed)
    {
        using var scope = NewDisposeScope();
        var (passages, frames) = (Tokens, tokens.dim() == 2 ? tokens.unsqueeze(-1) : tokens);
        var (fits, order) = Fit(_config.Read(passages), _config.Read(frames))
            .topk(Math.Min(Nearest, Size), dim: 0, largest: true, sorted: true);
        long near = fits.ge(fits[0] - Margin).sum().item<long>();
        long chosen = order[new CounterRandom(seed, Stream).Integer(0, near)].item<long>();
        return new(
            get_buffer(ResiduesName)!.select(0, chosen).to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray(),
            passages.select(0, chosen).cpu().contiguous().data<long>().ToArray()
        );
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
    public void Set(Tensor residues, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        get_buffer(ResiduesName)!.copy_(residues);
        get_buffer(TokensName)!.copy_(stack([tokens.div(DigitBase, RoundingMode.floor), tokens.remainder(DigitBase)], -1));
    }
}
