using Melody.LanguageModel;
using Melody.Tests.Reference;

namespace Melody.Tests.LanguageModel;

/// <summary>The semantic language model as plain loops over its state dictionary.</summary>
internal sealed class PlainLanguageModel(SemanticLanguageModelConfig config, Dictionary<string, double[]> state)
{
    /// <summary>Scores after each id of a sequence, [length, outputs].</summary>
    public double[,] Scores(long[] ids)
    {
        int width = config.Width,
            length = ids.Length;
        var x = new double[length, width];
        for (int t = 0; t < length; t++)
        {
            var vector = Vector(ids[t]);
            for (int i = 0; i < width; i++)
                x[t, i] = vector[i];
        }
        var positions = Enumerable.Range(0, length).Select(i => (double)i).ToArray();
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string at = $"blocks.{layer}.";
            var normed = PlainMath.RmsNorm(x, state[at + "attention_norm.weight"]);
            var qkv = PlainMath.Linear(normed, state[at + "qkv.weight"]);
            var q = PlainMath.Rotary(Columns(qkv, 0, width), positions, config.Heads, config.RotaryBase);
            var k = PlainMath.Rotary(Columns(qkv, width, width), positions, config.Heads, config.RotaryBase);
            var attended = PlainMath.Attention(q, k, Columns(qkv, 2 * width, width), config.Heads, causal: true);
            x = PlainMath.Add(x, PlainMath.Linear(attended, state[at + "output.weight"]));
            var gateUp = PlainMath.Linear(
                PlainMath.RmsNorm(x, state[at + "feed_forward_norm.weight"]),
                state[at + "feed_forward.gate_up.weight"]
            );
            var gated = PlainMath.Zip(
                Columns(gateUp, 0, config.FeedForward),
                Columns(gateUp, config.FeedForward, config.FeedForward),
                (gate, up) => PlainMath.Silu(gate) * up
            );
            x = PlainMath.Add(x, PlainMath.Linear(gated, state[at + "feed_forward.down.weight"]));
        }
        return PlainMath.Linear(PlainMath.RmsNorm(x, state["norm.weight"]), state["output.weight"]);
    }

    private double[] Vector(long id)
    {
        int width = config.Width,
            prefixes = config.PrefixLevels * config.PrefixCodes;
        var table = state["embedding.table.weight"];
        if (config.PrefixWidth == 0)
            return table[(int)(id * width)..(int)((id + 1) * width)];
        if (id >= prefixes)
            return table[(int)((id - prefixes) * width)..(int)((id - prefixes + 1) * width)];
        var widen = state["embedding.widen.weight"];
        var vector = new double[width];
        for (int i = 0; i < width; i++)
        for (int j = 0; j < config.PrefixWidth; j++)
            vector[i] += widen[i * config.PrefixWidth + j] * state["embedding.prefix.weight"][id * config.PrefixWidth + j];
        return vector;
    }

    private static double[,] Columns(double[,] x, int first, int count)
    {
        var y = new double[x.GetLength(0), count];
        for (int r = 0; r < y.GetLength(0); r++)
        for (int c = 0; c < count; c++)
            y[r, c] = x[r, first + c];
        return y;
    }
}
