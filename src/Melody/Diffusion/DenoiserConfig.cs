using System.Text.Json.Serialization;
using Melody.Nn;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The sizes of a dual-path denoiser (MeLoDy, section 4) and the grids that it works on. The paper gives the width, the
/// number of blocks, K, L, M and the total of 296.6M parameters; the preset <c>paper</c> reaches 295.7M with two RoFormer
/// layers of 12 heads a block between two further linear maps, an SRU as wide as the model in each direction, and
/// two-layer perceptrons in FiLM.
/// </summary>
internal sealed record DenoiserConfig : ISizes
{
    /// <summary>D_hid, channels of the hidden states.</summary>
    [Size(1, 16384)]
    public required int HiddenWidth { get; init; }

    /// <summary>N, dual-path blocks.</summary>
    [Size(1, 64)]
    public required int Blocks { get; init; }

    /// <summary>K, frames in a segment; half of them overlap with each neighbour. Divisible by twice the largest merge factor.</summary>
    [Size(2, 8192)]
    public required int SegmentLength { get; init; }

    /// <summary>L, latent frames in a training example.</summary>
    [Size(1, 20000)]
    public required int Frames { get; init; }

    /// <summary>M, chunks of a training example with an angle of their own.</summary>
    [Size(1, 20000)]
    public required int Chunks { get; init; }

    /// <summary>D, values in a latent frame.</summary>
    [Size(1, 4096)]
    public required int LatentChannels { get; init; }

    /// <summary>Latent frames in a second.</summary>
    [Size(1, 100000)]
    public required int LatentRate { get; init; }

    /// <summary>Semantic tokens in a second.</summary>
    [Size(1, 10000)]
    public required int TokenRate { get; init; }

    /// <summary>Different semantic tokens of the one codebook, where <see cref="Codebooks"/> names none.</summary>
    [Size(1, 65536)]
    public required int TokenCount { get; init; }

    /// <summary>Different semantic tokens of each codebook, where a frame has several; none, as in the paper: one codebook.</summary>
    [Size(1, 65536, MayBeEmpty = true)]
    public IReadOnlyList<int> Codebooks { get; init; } = [];

    /// <summary>
    /// Numbers, from 0, of codebooks whose tokens the denoiser leaves aside: they are taken for token 0. For what the language model
    /// writes worse than the denoiser guesses it.
    /// </summary>
    [Size(0, 65535, MayBeEmpty = true)]
    public IReadOnlyList<int> IgnoredCodebooks { get; init; } = [];

    /// <summary>Tokens as the denoiser reads them, without those of <see cref="IgnoredCodebooks"/>.</summary>
    /// <param name="tokens">Int64 [..., codebooks], or [batch, T] of a single codebook.</param>
    public Tensor Read(Tensor tokens)
    {
        if (IgnoredCodebooks.Count == 0)
            return tokens;
        using var scope = NewDisposeScope();
        long[] read = [.. Enumerable.Range(0, Sizes().Count).Select(book => IgnoredCodebooks.Contains(book) ? 0L : 1)];
        return (tokens * tensor(read, device: tokens.device)).MoveToOuterDisposeScope();
    }

    /// <summary>The codebooks of a frame of semantic tokens.</summary>
    public CodebookSizes Sizes() => new(Codebooks.Count == 0 ? [TokenCount] : Codebooks);

    /// <summary>Semantic tokens of a codebook in a training example.</summary>
    public int WindowTokens() => (int)((long)Frames * TokenRate / LatentRate);

    /// <summary>Latent frames in a semantic token, where that is a whole number.</summary>
    public int FramesPerToken() => LatentRate / TokenRate;

    /// <summary>Width of the token table.</summary>
    [Size(1, 16384)]
    public required int TokenWidth { get; init; }

    /// <summary>
    /// Width of the joint embedding's vectors, which the denoiser then hears beside the tokens; 0, as in the paper, for tokens alone.
    /// </summary>
    [Size(0, 16384)]
    public int PromptWidth { get; init; }

    /// <summary>Whether the prompt is a style, as wide as a latent frame (<see cref="StyleMeasure"/>).</summary>
    public bool StylePrompts { get; init; }

    /// <summary>Passages that the denoiser keeps of the music it learned from, for music that is given none.</summary>
    [Size(0, 65536)]
    public int PaletteSize { get; init; }

    /// <summary>Semantic tokens of each of these passages; at most those of a training example.</summary>
    [Size(0, 20000)]
    public int PaletteTokens { get; init; }

    /// <summary>
    /// Width of the joint embedding's vectors, of which the palette keeps one for each passage, so that new music takes a passage that is
    /// like its prompt; 0 for none.
    /// </summary>
    [Size(0, 16384)]
    public int PaletteVectorWidth { get; init; }

    /// <summary>Whether the prompt is a vector of the joint embedding.</summary>
    [JsonIgnore]
    public bool HearsEmbedding => PromptWidth > 0 && !StylePrompts;

    /// <summary>
    /// Tokens from which (and from the prompt) each frame's latents are predicted at the input, the one that sounds in it in
    /// their middle; odd, or 0, as in the paper, for no forecast. Needs a whole number of latent frames a token.
    /// </summary>
    [Size(0, 1023)]
    public int ForecastTokens { get; init; }

    /// <summary>
    /// Whether the forecast is a part of the output too, so that the network learns only what it leaves; a denoiser that is sampled in
    /// one step begins as well as the forecast.
    /// </summary>
    public bool ForecastInOutput { get; init; }

    /// <summary>Width of e_start and e_end.</summary>
    [Size(1, 16384)]
    public required int AngleWidth { get; init; }

    /// <summary>RoFormer layers in a block.</summary>
    [Size(0, 8)]
    public required int CoarseLayers { get; init; }

    /// <summary>Attention heads.</summary>
    [Size(1, 1024)]
    public required int Heads { get; init; }

    /// <summary>Inner width of the RoFormer's feed-forward net.</summary>
    [Size(1, 131072)]
    public required int FeedForwardWidth { get; init; }

    /// <summary>Whether a linear map of the hidden width stands before and after the RoFormer layers.</summary>
    public bool CoarseProjections { get; init; }

    /// <summary>SRU layers in a block.</summary>
    [Size(1, 8)]
    public required int SruLayers { get; init; }

    /// <summary>Width of the SRU in each direction; where both together are not the hidden width, a linear map follows.</summary>
    [Size(1, 16384)]
    public required int SruWidth { get; init; }

    /// <summary>Layers of each of FiLM's three perceptrons, 1 or 2.</summary>
    [Size(1, 2)]
    public required int FilmLayers { get; init; }

    /// <summary>
    /// Whether the null branch of classifier-free guidance also loses the mean of the tokens in FiLM. The paper only
    /// speaks of cross-attention.
    /// </summary>
    public bool CfgDropFilm { get; init; }

    /// <summary>
    /// Factor on the latents before noise is mixed in, undone after sampling: 1 diffuses them as they are, as in the paper;
    /// training may set it to one over their standard deviation, so that signal and noise weigh the same at pi/4.
    /// </summary>
    [Size(1e-6, 1e6)]
    public double LatentScale { get; init; } = 1;

    /// <summary>How music is sampled where nobody says otherwise; null for the usual values.</summary>
    public SamplingDefaults? Sampling { get; init; }

    /// <summary>Whether queries and keys of cross-attention are rotated by their time, so that a frame finds its own token.</summary>
    public bool TimeAlignedCrossAttention { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        int merged = 2 * SegmentMerging.Factor((Blocks - 1) / 2, Math.Min(Blocks, 32));
        yield return (
            HiddenWidth % Heads == 0 && HiddenWidth / Heads % 2 == 0,
            $"{Heads} heads do not divide the width of {HiddenWidth} into even widths"
        );
        yield return (
            Blocks <= 25 && SegmentLength % merged == 0,
            $"{Blocks} blocks need segments of a multiple of {merged} frames, and segmentLength is {SegmentLength}"
        );
        yield return (
            IgnoredCodebooks.Count == 0 || (Codebooks.Count > 0 && IgnoredCodebooks.All(book => book < Codebooks.Count)),
            $"ignoredCodebooks are numbers from 0 of {Codebooks.Count} codebooks, not {string.Join(", ", IgnoredCodebooks)}"
        );
        yield return (Chunks <= Frames, "there are more chunks than frames");
        yield return (
            !StylePrompts || PromptWidth == LatentChannels,
            $"a style has the {LatentChannels} values of a latent frame, and promptWidth is {PromptWidth}"
        );
        yield return (
            !StylePrompts || (LatentRate % TokenRate == 0 && Frames % (LatentRate / TokenRate) == 0),
            $"a style needs whole numbers of latent frames a token and of tokens, not {LatentRate}/{TokenRate} and {Frames} frames"
        );
        yield return (ForecastTokens > 0 || !ForecastInOutput, "forecastInOutput needs a forecast, and forecastTokens is 0");
        yield return (StylePrompts || PaletteSize == 0, "a palette holds passages for their style, and stylePrompts is false");
        yield return (
            PaletteSize == 0 || (PaletteTokens >= 1 && PaletteTokens <= WindowTokens()),
            $"the passages of a palette need 1 to {WindowTokens()} tokens, and paletteTokens is {PaletteTokens}"
        );
        yield return (PaletteSize > 0 || PaletteVectorWidth == 0, "paletteVectorWidth needs a palette, and paletteSize is 0");
        yield return (ForecastTokens == 0 || ForecastTokens % 2 == 1, $"forecastTokens has to be odd, or 0 for none, not {ForecastTokens}");
        yield return (
            ForecastTokens == 0 || LatentRate % TokenRate == 0,
            $"a forecast needs a whole number of latent frames a token, not {LatentRate}/{TokenRate}"
        );
    }
}
