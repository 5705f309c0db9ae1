using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// softmax(q kᵀ / sqrt(head width)) v over [batch, heads, length, head width] (Vaswani et al., 2017, eq. 1).
/// </summary>
internal static class Attention
{
    /// <summary>
    /// Chooses the faster form. On a CPU the fused kernel's backward pass in bfloat16 is several times slower for short
    /// sequences than the written-out products; without gradients, or on a GPU, the fused kernel wins and saves memory.
    /// </summary>
    /// <param name="queries">[batch, heads, length, head width].</param>
    /// <param name="keys">[batch, heads, keys, head width].</param>
    /// <param name="values">[batch, heads, keys, head width].</param>
    /// <param name="causal">Whether a query sees only keys up to its own position.</param>
    /// <param name="visible">
    /// Which keys can be seen, bool, broadcast to [batch, heads, length, keys]; all when null. Not together with
    /// <paramref name="causal"/>.
    /// </param>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, bool causal = false, Tensor? visible = null)
    {
        bool training = is_grad_enabled() && (queries.requires_grad || keys.requires_grad || values.requires_grad);
        return training && queries.device_type == DeviceType.CPU
            ? WrittenOut(queries, keys, values, causal, visible)
            : Fused(queries, keys, values, causal, visible);
    }

    /// <summary>libtorch's own kernel.</summary>
    public static Tensor Fused(Tensor queries, Tensor keys, Tensor values, bool causal = false, Tensor? visible = null) =>
        nn.functional.scaled_dot_product_attention(queries, keys, values, attn_mask: visible, is_casual: causal);

    /// <summary>The formula, product by product; libtorch's softmax reckons in float32 whatever the type.</summary>
    public static Tensor WrittenOut(Tensor queries, Tensor keys, Tensor values, bool causal = false, Tensor? visible = null)
    {
        var scores = matmul(queries * (1 / Math.Sqrt(queries.shape[^1])), keys.transpose(-1, -2));
        if (causal)
        {
            // a sum is a vector operation on a CPU, filling under a mask is none
            scores = scores + full(queries.shape[^2], keys.shape[^2], double.NegativeInfinity, scores.dtype, queries.device).triu(1);
        }
        if (visible is not null)
            scores = scores.masked_fill(visible.logical_not(), double.NegativeInfinity);
        return matmul(softmax(scores, -1), values);
    }

    /// <summary>
    /// Causal attention of the last n positions, whose queries are given, over the keys and values of all; without gradients.
    /// </summary>
    public static Tensor CausalAfter(Tensor queries, Tensor keys, Tensor values)
    {
        long n = queries.shape[^2],
            all = keys.shape[^2];
        if (n == 1)
            return Fused(queries, keys, values);
        if (n == all)
            return Fused(queries, keys, values, causal: true);
        var visible = ones(n, all, ScalarType.Bool, queries.device).tril(all - n);
        return nn.functional.scaled_dot_product_attention(queries, keys, values, visible);
    }

    /// <summary>[batch, length, heads * head width] -> [batch, heads, length, head width].</summary>
    public static Tensor SplitHeads(Tensor input, long heads) =>
        input.view(input.shape[0], input.shape[1], heads, input.shape[2] / heads).transpose(1, 2);

    /// <summary>[batch, heads, length, head width] -> [batch, length, heads * head width].</summary>
    public static Tensor MergeHeads(Tensor input) =>
        input.transpose(1, 2).reshape(input.shape[0], input.shape[2], input.shape[1] * input.shape[3]);
}
