using Melody.Foundation;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The style of a passage (not in the paper): what its semantic tokens leave open of its latents, averaged over it. It tells which
/// instruments, which room and which mix sound, whatever they play; the denoiser hears it in the place of a prompt. What a token tells on
/// average is a table that is fitted by least squares and learned no further.
/// </summary>
/// <remarks>
/// New music has no passage yet: it takes its style from a palette of the music that was learned from, where the tokens told much the same.
/// </remarks>
internal sealed class StyleMeasure : Network
{
    private const string TablesName = "tables",
        NormName = "norm",
        PaletteName = "palette",
        PaletteToldName = "palette_told";

    private const ulong Stream = 0x5374796C65; // "Style"

    // of the palette, among which the seed chooses
    private const int Nearest = 4;

    private readonly CodebookSizes _books;
    private readonly int _paletteSize;

    /// <param name="config">Of the denoiser.</param>
    /// <param name="parameters">Where the values come from.</param>
    public StyleMeasure(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(StyleMeasure))
    {
        (_books, _paletteSize) = (config.Sizes(), config.PaletteSize);
        AddBuffer(TablesName, parameters.Buffer(0, _books.Total, config.LatentChannels));
        AddBuffer(NormName, parameters.Buffer(1, 1));
        if (_paletteSize == 0)
            return;
        AddBuffer(PaletteName, parameters.Buffer(0, _paletteSize, config.LatentChannels));
        AddBuffer(PaletteToldName, parameters.Buffer(0, _paletteSize, config.LatentChannels));
    }

    /// <summary>What the tokens of a frame tell of its latents is the sum of their rows, [tokens of all codebooks, D].</summary>
    public Tensor Tables => Buffer(TablesName);

    /// <summary>By what styles are divided, so that their mean square length is 1; [1].</summary>
    public Tensor Norm => Buffer(NormName);

    /// <summary>Styles of the music that was learned from, [styles, D].</summary>
    public Tensor Palette => Buffer(PaletteName);

    /// <summary>What the tokens of that music told, [styles, D].</summary>
    public Tensor PaletteTold => Buffer(PaletteToldName);

    /// <summary>The styles of passages, [batch, D].</summary>
    /// <param name="latents">[batch, L, D], scaled as the denoiser sees them.</param>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T] of a single codebook: of the same seconds.</param>
    public Tensor Of(Tensor latents, Tensor tokens) => (latents.mean([1L]) - Told(tokens)) / Norm;

    /// <summary>What tokens tell of latents, averaged over passages, [batch, D].</summary>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T] of a single codebook.</param>
    public Tensor Told(Tensor tokens)
    {
        var tables = Tables;
        return _books.Sum(tokens, rows => tables.index_select(0, rows.flatten()).view([.. rows.shape, -1])).mean([1L]);
    }

    /// <summary>
    /// The style for new music, [1, D]: one of those whose tokens told most nearly the same, each channel by its deviation in the palette;
    /// null where there is no palette.
    /// </summary>
    /// <param name="tokens">Int64 [1, T, codebooks], of the music's beginning.</param>
    /// <param name="seed">Chooses.</param>
    public Tensor? Pick(Tensor tokens, ulong seed)
    {
        if (_paletteSize == 0)
            return null;
        using var scope = NewDisposeScope();
        var told = PaletteTold;
        var distances = ((told - Told(tokens)) / told.std(0, unbiased: false, keepdim: true).clamp_min(1e-6)).square().sum([1L]);
        var nearest = distances.topk(Math.Min(Nearest, _paletteSize), largest: false, sorted: true).indexes;
        long chosen = new CounterRandom(seed, Stream).Integer(0, nearest.shape[0]);
        return Palette.index_select(0, nearest.narrow(0, chosen, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes tables and norm over.</summary>
    public void Set(Tensor tables, double norm)
    {
        using var _ = no_grad();
        get_buffer(TablesName)!.copy_(tables);
        get_buffer(NormName)!.fill_(norm);
    }

    /// <summary>Takes a palette over, [styles, D] each.</summary>
    public void SetPalette(Tensor styles, Tensor told)
    {
        using var _ = no_grad();
        get_buffer(PaletteName)!.copy_(styles);
        get_buffer(PaletteToldName)!.copy_(told);
    }

    private Tensor Buffer(string name) => get_buffer(name)!.to_type(ScalarType.Float32);
}
