using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// The tokens of one frame, one codebook after the other: p(c_k | past, c_1 .. c_(k-1)). The first codebook's scores follow
/// from the state of the transformer alone; for each further one the vectors of the frame's tokens so far are added to it and
/// go through a norm and a SwiGLU of the codebook's own. Independent heads would lose what the tokens of a frame have to do
/// with each other (MusicGen, Copet et al., 2023, arXiv 2306.05284, table 6); a delay pattern would tear frames apart in time.
/// </summary>
internal sealed class FrameDecoder : Network
{
    private readonly CodebookSizes _sizes;
    private readonly Embedding _table;
    private readonly RmsNorm[] _norms;
    private readonly SwiGlu[] _layers;
    private readonly Linear[] _outputs;

    /// <param name="sizes">Two codebooks at least.</param>
    /// <param name="config">Of the language model.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public FrameDecoder(CodebookSizes sizes, SemanticLanguageModelConfig config, ParameterFactory parameters)
        : base(nameof(FrameDecoder))
    {
        _sizes = sizes;
        _table = new(sizes.Start(sizes.Count - 1), config.Width, parameters, standardDeviation: 0.2);
        _norms = [.. Enumerable.Range(1, sizes.Count - 1).Select(_ => new RmsNorm(config.Width, parameters))];
        _layers =
        [
            .. Enumerable
                .Range(1, sizes.Count - 1)
                .Select(_ => new SwiGlu(config.Width, config.FrameFeedForward, parameters, outputScale: 1)),
        ];
        _outputs = [.. Enumerable.Range(0, sizes.Count).Select(book => new Linear(config.Width, sizes[book], bias: false, parameters))];
        Add("table", _table);
        Add("norms", nn.ModuleList(_norms));
        Add("layers", nn.ModuleList(_layers));
        Add("outputs", nn.ModuleList(_outputs));
    }

    /// <summary>Scores of a codebook's next token, [..., codes].</summary>
    /// <param name="book">The codebook.</param>
    /// <param name="state">The transformer's normed state at the frame before, [..., width].</param>
    /// <param name="tokens">
    /// The frame's tokens, int64 [..., at least <paramref name="book"/>]; those of this codebook and later ones are not looked at.
    /// </param>
    /// <param name="told">bool, of the shape of the tokens: false for those that are not known; null where all are.</param>
    public Tensor Scores(int book, Tensor state, Tensor? tokens, Tensor? told = null)
    {
        if (book == 0)
            return _outputs[0].forward(state);
        var x = state;
        for (int earlier = 0; earlier < book; earlier++)
        {
            var vectors = _table.forward(_sizes.Rows(earlier, tokens!.select(-1, earlier)));
            x = x + (told is null ? vectors : vectors * told.select(-1, earlier).unsqueeze(-1));
        }
        return _outputs[book].forward(x + _layers[book - 1].forward(_norms[book - 1].forward(x)));
    }
}
