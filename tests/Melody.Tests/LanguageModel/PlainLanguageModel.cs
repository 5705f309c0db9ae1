using Melody.LanguageModel;
using Melody.Tests.Reference;

namespace Melody.Tests.LanguageModel;

/// <summary>The semantic language model as plain loops over its state dictionary.</summary>
internal sealed class PlainLanguageModel(SemanticLanguageModelConfig config, Dictionary<string, double[]> state)
{
    /// <summary>Scores after each id of a sequence, [length, outputs].</summary>
    public double[,] Scores(long[] ids) => PlainMath.Linear(States([.. ids.Select(Vector)]), state["output.weight"]);

    /// <summary>
    /// Scores of each codebook after the conditions and after each frame but the last, given the frames, one [frames, codes] a codebook.
    /// A code of -1 is not known and adds no vector.
    /// </summary>
    public double[][,] Scores(long[] conditions, long[][] frames, int[] codebooks)
    {
        int semantic = config.PrefixLevels * config.PrefixCodes,
            width = config.Width;
        int Start(int book) => codebooks.Take(book).Sum();
        var vectors = conditions.Select(Vector).ToList();
        foreach (var frame in frames[..^1])
            vectors.Add([
                .. Enumerable
                    .Range(0, width)
                    .Select(i => frame.Select((code, b) => code < 0 ? 0 : Vector(semantic + Start(b) + code)[i]).Sum()),
            ]);
        var all = States([.. vectors]);
        var normed = new double[frames.Length, width];
        for (int t = 0; t < frames.Length; t++)
        for (int i = 0; i < width; i++)
            normed[t, i] = all[conditions.Length - 1 + t, i];
        var scores = new List<double[,]> { PlainMath.Linear(normed, state["frames.outputs.0.weight"]) };
        var table = state["frames.table.weight"];
        for (int book = 1; book < codebooks.Length; book++)
        {
            var x = (double[,])normed.Clone();
            for (int t = 0; t < frames.Length; t++)
            for (int earlier = 0; earlier < book; earlier++)
            for (int i = 0; frames[t][earlier] >= 0 && i < width; i++)
                x[t, i] += table[(Start(earlier) + frames[t][earlier]) * width + i];
            var norm = PlainMath.RmsNorm(x, state[$"frames.norms.{book - 1}.weight"]);
            var gateUp = PlainMath.Linear(norm, state[$"frames.layers.{book - 1}.gate_up.weight"]);
            int inner = config.FrameFeedForward;
            var gated = PlainMath.Zip(Columns(gateUp, 0, inner), Columns(gateUp, inner, inner), (gate, up) => PlainMath.Silu(gate) * up);
            x = PlainMath.Add(x, PlainMath.Linear(gated, state[$"frames.layers.{book - 1}.down.weight"]));
            scores.Add(PlainMath.Linear(x, state[$"frames.outputs.{book}.weight"]));
        }
        return [.. scores];
    }

    // normed, [length, width]
    private double[,] States(double[][] vectors)
    {
        int width = config.Width,
            length = vectors.Length;
        var x = new double[length, width];
        for (int t = 0; t < length; t++)
        for (int i = 0; i < width; i++)
            x[t, i] = vectors[t][i];
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
        return PlainMath.RmsNorm(x, state["norm.weight"]);
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
