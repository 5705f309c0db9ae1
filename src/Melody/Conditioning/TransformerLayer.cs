using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Conditioning;

/// <summary>
/// A transformer encoder layer (Vaswani et al., 2017): self-attention and a GELU feed-forward part, each added to its
/// input, with the layer norm before the part (AST, ViT) or after the sum (BERT). [batch, length, width] in and out.
/// </summary>
internal sealed class TransformerLayer : Network
{
    private readonly Linear _query,
        _key,
        _value,
        _output,
        _expand,
        _contract;
    private readonly LayerNorm _attentionNorm,
        _feedForwardNorm;
    private readonly long _heads;
    private readonly bool _normFirst;

    public TransformerLayer(TransformerConfig config, bool normFirst, ParameterFactory parameters)
        : base(nameof(TransformerLayer))
    {
        (_heads, _normFirst) = (config.Heads, normFirst);
        int width = config.Width;
        _query = new(width, width, bias: true, parameters);
        _key = new(width, width, bias: true, parameters);
        _value = new(width, width, bias: true, parameters);
        _output = new(width, width, bias: true, parameters);
        _expand = new(width, config.FeedForward, bias: true, parameters);
        _contract = new(config.FeedForward, width, bias: true, parameters);
        _attentionNorm = new(width, parameters, Epsilon);
        _feedForwardNorm = new(width, parameters, Epsilon);
        Add("query", _query);
        Add("key", _key);
        Add("value", _value);
        Add("output", _output);
        Add("expand", _expand);
        Add("contract", _contract);
        Add("attention_norm", _attentionNorm);
        Add("feed_forward_norm", _feedForwardNorm);
    }

    /// <summary>Of the layer norms, as in AST and BERT.</summary>
    public const double Epsilon = 1e-12;

    /// <param name="input">[batch, length, width].</param>
    /// <param name="visible">Which positions can be attended to, bool [batch, 1, 1, length]; all when null.</param>
    /// <param name="rotary">Turns queries and keys by their position; null for none.</param>
    public Tensor forward(Tensor input, Tensor? visible, RotaryEmbedding? rotary)
    {
        if (_normFirst)
        {
            var attended = input + Attend(_attentionNorm.forward(input), visible, rotary);
            return attended + FeedForward(_feedForwardNorm.forward(attended));
        }
        var normalized = _attentionNorm.forward(input + Attend(input, visible, rotary));
        return _feedForwardNorm.forward(normalized + FeedForward(normalized));
    }

    private Tensor Attend(Tensor input, Tensor? visible, RotaryEmbedding? rotary)
    {
        Tensor Heads(Linear layer) => Attention.SplitHeads(layer.forward(input), _heads);
        Tensor queries = Heads(_query),
            keys = Heads(_key);
        if (rotary is { } turn)
            (queries, keys) = (turn.Rotate(queries), turn.Rotate(keys));
        return _output.forward(Attention.MergeHeads(Attention.Attend(queries, keys, Heads(_value), visible: visible)));
    }

    private Tensor FeedForward(Tensor input) => _contract.forward(nn.functional.gelu(_expand.forward(input)));
}
