using Melody.Nn;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Melody.SemanticTokens;

/// <summary>
/// wav2vec 2.0 with Conformer blocks (Baevski et al., 2020; Gulati et al., 2020): front end, projection, blocks, layer norm. It is
/// trained by masking; the quantizer and the loss belong to training and do not live here.
/// </summary>
/// <remarks>
/// Where the paper's model has a convolution over positions (counted in its 199.5M, though a rotary model of that code
/// base does not call it), its output is added to the projected features, as in wav2vec 2.0.
/// </remarks>
internal sealed class Wav2Vec2Conformer : Network<Tensor, Tensor>
{
    private readonly FrontEnd _frontEnd;
    private readonly Linear _projection;
    private readonly Parameter _maskEmbedding;
    private readonly Convolution1d? _positional;
    private readonly ConformerBlock[] _blocks;
    private readonly LayerNorm _norm;

    public Wav2Vec2Conformer(SemanticTokenizerConfig config, ParameterFactory parameters)
        : base(nameof(Wav2Vec2Conformer))
    {
        Config = config;
        _frontEnd = FrontEnd.Make(config, parameters);
        _projection = new(_frontEnd.Width, config.Width, bias: true, parameters);
        _maskEmbedding = parameters.Uniform(1, config.Width);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(_ => new ConformerBlock(config, parameters))];
        _norm = new(config.Width, parameters);
        Add("front_end", _frontEnd);
        Add("projection", _projection);
        Add("mask_embedding", _maskEmbedding);
        if (config.PositionalKernel > 0)
        {
            _positional = new(
                config.Width,
                config.Width,
                config.PositionalKernel,
                parameters,
                padding: config.PositionalKernel / 2,
                groups: config.PositionalGroups,
                weightNorm: true
            );
            Add("positional", _positional);
        }
        Add("blocks", nn.ModuleList(_blocks));
        Add("norm", _norm);
    }

    /// <summary>The sizes.</summary>
    public SemanticTokenizerConfig Config { get; }

    /// <summary>Values in a frame of <see cref="Features"/>.</summary>
    public int FeatureWidth => _frontEnd.Width;

    /// <summary>Frames to each side that block <paramref name="layer"/>'s output depends on, or null when attention sees all.</summary>
    public int? Reach(int layer) =>
        Config.AttentionReach == 0
            ? null
            : _frontEnd.Reach + Config.PositionalKernel / 2 + layer * (Config.AttentionReach + Config.Kernel / 2);

    /// <summary>What the front end makes of audio [batch, samples]: [batch, frames, <see cref="FeatureWidth"/>].</summary>
    public Tensor Features(Tensor audio) => _frontEnd.forward(audio);

    /// <summary>
    /// The hidden states of features: entry 0 what enters the first block, entry n the output of block n, each
    /// [batch, frames, width]. A head for something that is known of the music (chroma, onsets, beats, instruments) reads here.
    /// </summary>
    /// <param name="features">From <see cref="Features"/>.</param>
    /// <param name="masked">Frames that are replaced by the mask embedding, bool [batch, frames]; null for none.</param>
    /// <param name="layers">How many blocks to run; all when null.</param>
    public IReadOnlyList<Tensor> HiddenStates(Tensor features, Tensor? masked = null, int? layers = null)
    {
        var x = _projection.forward(features);
        if (masked is not null)
            x = where(masked.unsqueeze(-1), _maskEmbedding.to_type(x.dtype), x);
        // an even kernel gives one frame too many
        if (_positional is not null)
            x = x + nn.functional.gelu(_positional.forward(x.transpose(1, 2)).narrow(2, 0, x.shape[1])).transpose(1, 2);
        var positions = arange(x.shape[1], ScalarType.Float32, x.device);
        var rotary = new RotaryEmbedding(positions, Config.Width / Config.Heads, x.dtype);
        var visible =
            Config.AttentionReach == 0 || Config.AttentionReach >= x.shape[1]
                ? null
                : (positions.unsqueeze(0) - positions.unsqueeze(1)).abs() <= Config.AttentionReach;
        List<Tensor> states = [x];
        foreach (var block in _blocks.Take(layers ?? _blocks.Length))
            states.Add(block.forward(states[^1], rotary, visible));
        return states;
    }

    /// <summary>The last hidden state, normalised: what the masked-prediction loss reads.</summary>
    public Tensor Output(IReadOnlyList<Tensor> hiddenStates) => _norm.forward(hiddenStates[^1]);

    /// <summary>Audio [batch, samples] -> [batch, frames, width].</summary>
    public override Tensor forward(Tensor input) => Output(HiddenStates(Features(input)));
}
