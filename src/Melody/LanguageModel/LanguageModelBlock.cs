using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// A LLaMA block (Touvron et al., 2023): x + attention(norm(x)), then x + feed-forward(norm(x)), with root mean square
/// norms, rotary positions, SwiGLU and no biases. <c>qkv.weight</c> holds the rows of queries, keys and values in turn.
/// </summary>
internal sealed class LanguageModelBlock : Network
{
    private readonly RmsNorm _attentionNorm,
        _feedForwardNorm;
    private readonly Linear _qkv,
        _output;
    private readonly SwiGlu _feedForward;
    private readonly int _heads;
    private readonly double _dropout;

    public LanguageModelBlock(SemanticLanguageModelConfig config, ParameterFactory parameters)
        : base(nameof(LanguageModelBlock))
    {
        (_heads, _dropout) = (config.Heads, config.Dropout);
        // the sum over all blocks starts at the scale of one (Radford et al., GPT-2, 2019)
        double outputScale = 1 / Math.Sqrt(2.0 * config.Layers);
        _attentionNorm = new(config.Width, parameters);
        _qkv = new(config.Width, 3L * config.Width, bias: false, parameters);
        _output = new(config.Width, config.Width, bias: false, parameters, outputScale / Math.Sqrt(config.Width));
        _feedForwardNorm = new(config.Width, parameters);
        _feedForward = new(config.Width, config.FeedForward, parameters, outputScale);
        Add("attention_norm", _attentionNorm);
        Add("qkv", _qkv);
        Add("output", _output);
        Add("feed_forward_norm", _feedForwardNorm);
        Add("feed_forward", _feedForward);
    }

    /// <summary>The norm before the attention.</summary>
    public RmsNorm AttentionNorm => _attentionNorm;

    /// <summary>The norm before the feed-forward layer.</summary>
    public RmsNorm FeedForwardNorm => _feedForwardNorm;

    /// <summary>The product that gives queries, keys and values.</summary>
    public Linear Qkv => _qkv;

    /// <summary>The product after the attention.</summary>
    public Linear Output => _output;

    /// <summary>The feed-forward layer.</summary>
    public SwiGlu FeedForward => _feedForward;

    /// <summary>A whole sequence, [batch, length, width].</summary>
    public Tensor forward(Tensor input, RotaryEmbedding rotary)
    {
        var (queries, keys, values) = Project(input, rotary);
        return Finish(input, Attention.Attend(queries, keys, values, causal: true));
    }

    /// <summary>The n positions [batch, n, width] that follow those in the cache; writes their keys and values there.</summary>
    public Tensor Advance(Tensor input, RotaryEmbedding rotary, KeyValueCache cache, int layer)
    {
        var (queries, keys, values) = Project(input, rotary);
        (keys, values) = cache.Append(layer, keys, values);
        return Finish(input, Attention.CausalAfter(queries, keys.to_type(queries.dtype), values.to_type(queries.dtype)));
    }

    private (Tensor Queries, Tensor Keys, Tensor Values) Project(Tensor input, RotaryEmbedding rotary)
    {
        var parts = _qkv.forward(_attentionNorm.forward(input)).chunk(3, -1);
        return (
            rotary.Rotate(Attention.SplitHeads(parts[0], _heads)),
            rotary.Rotate(Attention.SplitHeads(parts[1], _heads)),
            Attention.SplitHeads(parts[2], _heads)
        );
    }

    private Tensor Finish(Tensor input, Tensor attended)
    {
        var x = input + Drop(_output.forward(Attention.MergeHeads(attended)));
        return x + Drop(_feedForward.forward(_feedForwardNorm.forward(x)));
    }

    private Tensor Drop(Tensor x) => training && _dropout > 0 ? nn.functional.dropout(x, _dropout, training: true) : x;
}
