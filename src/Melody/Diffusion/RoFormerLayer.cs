using Melody.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// One RoFormer layer of the coarse path (MeLoDy, section 4.1; Su et al., 2021) over the segment axis, every column by
/// itself: self-attention, cross-attention to the semantic tokens, feed-forward net, each behind an RMS norm and added
/// to its input. In the null branch of classifier-free guidance, keys and values of cross-attention come from the
/// hidden states themselves through the same weights. Hidden states are [batch, S, columns, D_hid].
/// </summary>
internal sealed class RoFormerLayer : Network
{
    private readonly RmsNorm _selfNorm,
        _crossNorm,
        _feedForwardNorm;
    private readonly Linear _selfInput,
        _selfOutput,
        _crossQuery,
        _crossKeyValue,
        _crossOutput,
        _inner,
        _outer;
    private readonly int _heads;

    public RoFormerLayer(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(RoFormerLayer))
    {
        long width = config.HiddenWidth,
            inner = config.FeedForwardWidth;
        _heads = config.Heads;
        // maps back into the residual stream start small
        double deviation = 0.3 / Math.Sqrt(width);
        _selfNorm = Add("self_norm", new RmsNorm(width, parameters));
        _selfInput = Add("self_qkv", new Linear(width, 3 * width, bias: false, parameters));
        _selfOutput = Add("self_output", new Linear(width, width, bias: false, parameters, deviation));
        _crossNorm = Add("cross_norm", new RmsNorm(width, parameters));
        _crossQuery = Add("cross_q", new Linear(width, width, bias: false, parameters));
        _crossKeyValue = Add("cross_kv", new Linear(width, 2 * width, bias: false, parameters));
        _crossOutput = Add("cross_output", new Linear(width, width, bias: false, parameters, deviation));
        _feedForwardNorm = Add("feed_forward_norm", new RmsNorm(width, parameters));
        _inner = Add("inner", new Linear(width, inner, bias: false, parameters));
        _outer = Add("outer", new Linear(inner, width, bias: false, parameters, 0.3 / Math.Sqrt(inner)));
    }

    /// <summary>Keys and values of the tokens: E_ST [batch, T, D_hid] -> [batch, heads, T, head width] each.</summary>
    public (Tensor Keys, Tensor Values) TokenKeysAndValues(Tensor encoded, RotaryEmbedding? times)
    {
        var halves = _crossKeyValue.forward(encoded).chunk(2, -1);
        var keys = Attention.SplitHeads(halves[0], _heads);
        return ((times?.Rotate(keys) ?? keys).contiguous(), Attention.SplitHeads(halves[1], _heads).contiguous());
    }

    /// <param name="hidden">[batch, S, columns, D_hid].</param>
    /// <param name="tokens">Keys and values of the first examples, those with a condition; null if there are none.</param>
    /// <param name="positions">Of segments and columns.</param>
    /// <param name="factor">How many frames a column stands for.</param>
    public Tensor Forward(Tensor hidden, (Tensor Keys, Tensor Values)? tokens, SegmentPositions positions, int factor)
    {
        hidden += _selfOutput.forward(SelfAttention(_selfNorm.forward(hidden), positions));
        hidden += _crossOutput.forward(CrossAttention(_crossNorm.forward(hidden), tokens, positions, factor));
        return hidden + _outer.forward(nn.functional.gelu(_inner.forward(_feedForwardNorm.forward(hidden))));
    }

    private Tensor SelfAttention(Tensor input, SegmentPositions positions)
    {
        var parts = _selfInput.forward(input).chunk(3, -1);
        return MergeColumns(
            Attend(
                positions.Segment.Rotate(SplitColumns(parts[0])),
                positions.Segment.Rotate(SplitColumns(parts[1])),
                SplitColumns(parts[2])
            ),
            input.shape[2]
        );
    }

    private Tensor CrossAttention(Tensor input, (Tensor Keys, Tensor Values)? tokens, SegmentPositions positions, int factor)
    {
        long batch = input.shape[0],
            conditioned = tokens?.Keys.shape[0] ?? 0;
        var queries = _crossQuery.forward(input);
        var results = new List<Tensor>(2);
        if (tokens is { } known)
        {
            // all columns ask the same keys, so they form one long sequence of queries
            var asked = Attention.SplitHeads(queries.narrow(0, 0, conditioned).flatten(1, 2), _heads);
            asked = positions.Columns(factor)?.Rotate(asked) ?? asked;
            results.Add(Attention.MergeHeads(Attend(asked, known.Keys, known.Values)).view([conditioned, .. input.shape[1..]]));
        }
        if (conditioned < batch)
        {
            var parts = _crossKeyValue.forward(input.narrow(0, conditioned, batch - conditioned)).chunk(2, -1);
            var (asked, keys) = (SplitColumns(queries.narrow(0, conditioned, batch - conditioned)), SplitColumns(parts[0]));
            if (positions.SegmentTime is { } times)
                (asked, keys) = (times.Rotate(asked), times.Rotate(keys));
            results.Add(MergeColumns(Attend(asked, keys, SplitColumns(parts[1])), input.shape[2]));
        }
        return results.Count == 1 ? results[0] : cat(results, 0);
    }

    // for these short sequences of keys libtorch's fused kernel is slower on a CPU, in either direction
    private static Tensor Attend(Tensor queries, Tensor keys, Tensor values) =>
        queries.device_type == DeviceType.CPU ? Attention.WrittenOut(queries, keys, values) : Attention.Attend(queries, keys, values);

    /// <summary>[batch, S, columns, D_hid] -> [batch * columns, heads, S, head width].</summary>
    private Tensor SplitColumns(Tensor input)
    {
        var s = input.shape;
        return input.view(s[0], s[1], s[2], _heads, s[3] / _heads).permute(0, 2, 3, 1, 4).reshape(s[0] * s[2], _heads, s[1], s[3] / _heads);
    }

    /// <summary>[batch * columns, heads, S, head width] -> [batch, S, columns, D_hid].</summary>
    private static Tensor MergeColumns(Tensor input, long columns)
    {
        var s = input.shape;
        return input
            .view(s[0] / columns, columns, s[1], s[2], s[3])
            .permute(0, 3, 1, 2, 4)
            .reshape(s[0] / columns, s[2], columns, s[1] * s[3]);
    }
}
