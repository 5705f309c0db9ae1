using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.SemanticTokens;

/// <summary>
/// A Conformer block (Gulati et al., 2020) laid out as in wav2vec2-conformer: x + FFN(x) / 2, + self-attention,
/// + convolution, + FFN(x) / 2, layer norm; each part begins with a layer norm of its own. Rotary positions act on queries
/// and keys. [batch, frames, width] -> the same.
/// </summary>
internal sealed class ConformerBlock : Network
{
    private readonly ConformerFeedForward _first,
        _second;
    private readonly LayerNorm _attentionNorm,
        _finalNorm;
    private readonly Linear _qkv,
        _output;
    private readonly ConformerConvolution _convolution;
    private readonly int _heads;
    private readonly double _dropout;

    public ConformerBlock(SemanticTokenizerConfig config, ParameterFactory parameters)
        : base(nameof(ConformerBlock))
    {
        (_heads, _dropout) = (config.Heads, config.Dropout);
        _first = new(config, parameters);
        _attentionNorm = new(config.Width, parameters);
        _qkv = new(config.Width, 3L * config.Width, bias: true, parameters);
        _output = new(config.Width, config.Width, bias: true, parameters);
        _convolution = new(config, parameters);
        _second = new(config, parameters);
        _finalNorm = new(config.Width, parameters);
        Add("ffn1", _first);
        Add("attention_norm", _attentionNorm);
        Add("qkv", _qkv);
        Add("output", _output);
        Add("convolution", _convolution);
        Add("ffn2", _second);
        Add("final_norm", _finalNorm);
    }

    /// <param name="input">[batch, frames, width].</param>
    /// <param name="rotary">Of the frames' positions.</param>
    /// <param name="visible">Which frames each frame sees, bool [frames, frames]; null for all.</param>
    public Tensor forward(Tensor input, RotaryEmbedding rotary, Tensor? visible)
    {
        var x = input + _first.forward(input) * 0.5;
        x = x + Dropout(Attend(_attentionNorm.forward(x), rotary, visible));
        x = x + Dropout(_convolution.forward(x));
        x = x + _second.forward(x) * 0.5;
        return _finalNorm.forward(x);
    }

    private Tensor Attend(Tensor x, RotaryEmbedding rotary, Tensor? visible)
    {
        var parts = _qkv.forward(x).chunk(3, -1);
        Tensor queries = rotary.Rotate(Attention.SplitHeads(parts[0], _heads)),
            keys = rotary.Rotate(Attention.SplitHeads(parts[1], _heads));
        return _output.forward(
            Attention.MergeHeads(Attention.Attend(queries, keys, Attention.SplitHeads(parts[2], _heads), visible: visible))
        );
    }

    private Tensor Dropout(Tensor x) => training && _dropout > 0 ? nn.functional.dropout(x, _dropout, training: true) : x;
}

/// <summary>Layer norm, widening product, SiLU, narrowing product.</summary>
internal sealed class ConformerFeedForward : Network<Tensor, Tensor>
{
    private readonly LayerNorm _norm;
    private readonly Linear _widen,
        _narrow;
    private readonly double _dropout;

    public ConformerFeedForward(SemanticTokenizerConfig config, ParameterFactory parameters)
        : base(nameof(ConformerFeedForward))
    {
        _dropout = config.Dropout;
        _norm = new(config.Width, parameters);
        _widen = new(config.Width, config.FeedForward, bias: true, parameters);
        _narrow = new(config.FeedForward, config.Width, bias: true, parameters);
        Add("norm", _norm);
        Add("widen", _widen);
        Add("narrow", _narrow);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _narrow.forward(nn.functional.silu(_widen.forward(_norm.forward(input))));
        return training && _dropout > 0 ? nn.functional.dropout(x, _dropout, training: true) : x;
    }
}

/// <summary>
/// Layer norm, product to two halves and their gated linear unit, depthwise convolution over time, batch norm, SiLU, product; products
/// and convolution without biases.
/// </summary>
internal sealed class ConformerConvolution : Network<Tensor, Tensor>
{
    private readonly LayerNorm _norm;
    private readonly Linear _gated,
        _output;
    private readonly DepthwiseConvolution _depthwise;
    private readonly BatchNorm _batchNorm;

    public ConformerConvolution(SemanticTokenizerConfig config, ParameterFactory parameters)
        : base(nameof(ConformerConvolution))
    {
        if (config.Kernel % 2 == 0)
            throw new MelodyException($"The kernel of a Conformer block must be odd, but it is {config.Kernel}.");
        _norm = new(config.Width, parameters);
        _gated = new(config.Width, 2L * config.Width, bias: false, parameters);
        _depthwise = new(config.Width, config.Kernel, parameters, bias: false);
        _batchNorm = new(config.Width, parameters);
        _output = new(config.Width, config.Width, bias: false, parameters);
        Add("norm", _norm);
        Add("gated", _gated);
        Add("depthwise", _depthwise);
        Add("batch_norm", _batchNorm);
        Add("output", _output);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _depthwise.forward(nn.functional.glu(_gated.forward(_norm.forward(input)), -1));
        return _output.forward(nn.functional.silu(_batchNorm.forward(x)));
    }
}
