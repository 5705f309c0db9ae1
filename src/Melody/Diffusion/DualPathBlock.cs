using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// One of the N dual-path blocks (MeLoDy, section 4.1). The coarse path merges columns and looks along the segments
/// with RoFormer layers; the fine path looks along the columns inside each segment with a bidirectional SRU whose output
/// FiLM modulates. Each path is added to its input and normed. Hidden states are [batch, S, K, D_hid].
/// </summary>
internal sealed class DualPathBlock : Network
{
    private readonly int _factor;
    private readonly Linear? _coarseInput,
        _coarseOutput,
        _fineOutput;
    private readonly RoFormerLayer[] _coarse;
    private readonly Sru _fine;
    private readonly Film _film;
    private readonly RmsNorm _coarseNorm,
        _fineNorm;

    /// <param name="config">Sizes.</param>
    /// <param name="index">Which block, from 0.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public DualPathBlock(DenoiserConfig config, int index, ParameterFactory parameters)
        : base(nameof(DualPathBlock))
    {
        long width = config.HiddenWidth;
        _factor = SegmentMerging.Factor(index, config.Blocks);
        if (config.CoarseProjections)
        {
            _coarseInput = Add("coarse_input", new Linear(width, width, bias: true, parameters));
            _coarseOutput = Add("coarse_output", new Linear(width, width, bias: true, parameters));
        }
        _coarse = [.. Enumerable.Range(0, config.CoarseLayers).Select(_ => new RoFormerLayer(config, parameters))];
        for (int i = 0; i < _coarse.Length; i++)
            Add($"coarse_{i}", _coarse[i]);
        _coarseNorm = Add("coarse_norm", new RmsNorm(width, parameters));
        _fine = Add("fine", new Sru(width, config.SruWidth, config.SruLayers, parameters));
        if (2 * config.SruWidth != width)
            _fineOutput = Add("fine_output", new Linear(2 * config.SruWidth, width, bias: true, parameters));
        _film = Add("film", new Film(width, config.FilmLayers, parameters));
        _fineNorm = Add("fine_norm", new RmsNorm(width, parameters));
    }

    /// <summary>The RoFormer layers, whose keys and values of the tokens are made before the first step.</summary>
    public IReadOnlyList<RoFormerLayer> Coarse => _coarse;

    /// <param name="hidden">[batch, S, K, D_hid].</param>
    /// <param name="tokens">For each RoFormer layer, keys and values of the first examples, those with a condition.</param>
    /// <param name="modulation">m, the condition of FiLM, [batch, S, D_hid].</param>
    /// <param name="positions">Of segments and columns.</param>
    public Tensor Forward(Tensor hidden, ReadOnlySpan<(Tensor Keys, Tensor Values)?> tokens, Tensor modulation, SegmentPositions positions)
    {
        var coarse = SegmentMerging.Merge(hidden, _factor);
        coarse = _coarseInput?.forward(coarse) ?? coarse;
        for (int i = 0; i < _coarse.Length; i++)
            coarse = _coarse[i].Forward(coarse, tokens[i], positions, _factor);
        coarse = _coarseOutput?.forward(coarse) ?? coarse;
        hidden = _coarseNorm.forward(hidden + SegmentMerging.Repeat(coarse, _factor));

        var fine = _fine.forward(hidden.flatten(0, 1));
        fine = (_fineOutput?.forward(fine) ?? fine).view(hidden.shape);
        return _fineNorm.forward(hidden + _film.forward(fine, modulation.unsqueeze(2)));
    }
}
