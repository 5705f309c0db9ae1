using Melody.SemanticTokens;
using Melody.Tests.Reference;

namespace Melody.Tests.SemanticTokens;

/// <summary>The Wav2Vec2-Conformer as plain loops over its state dictionary, in evaluation mode.</summary>
internal sealed class PlainConformer(SemanticTokenizerConfig config, Dictionary<string, double[]> state)
{
    /// <summary>The convolutional front end over padded samples.</summary>
    public double[,] WaveformFeatures(double[] samples)
    {
        var waveform = config.Waveform!;
        int field = 1,
            stride = 1;
        for (int i = 0; i < waveform.Kernels.Count; i++)
        {
            field += (waveform.Kernels[i] - 1) * stride;
            stride *= waveform.Strides[i];
        }
        int before = (field - config.Hop) / 2,
            after = field - config.Hop - before,
            length = samples.Length / config.Hop * config.Hop;
        var x = new double[before + length + after, 1];
        for (int i = 0; i < length; i++)
            x[before + i, 0] = samples[i];
        for (int i = 0; i < waveform.Kernels.Count; i++)
        {
            x = PlainMath.Convolution(
                x,
                state[$"front_end.convolutions.{i}.weight"],
                state[$"front_end.convolutions.{i}.bias"],
                waveform.Channels,
                waveform.Kernels[i],
                waveform.Strides[i]
            );
            x = PlainMath.Map(Norm(x, $"front_end.norms.{i}"), PlainMath.Gelu);
        }
        return Norm(x, "front_end.norm");
    }

    /// <summary>Hidden states of features, entry 0 before the first block.</summary>
    public List<double[,]> HiddenStates(double[,] features, bool[]? masked = null)
    {
        var x = Product(features, "projection");
        for (int t = 0; t < x.GetLength(0); t++)
        for (int i = 0; i < config.Width; i++)
            if (masked?[t] == true)
                x[t, i] = state["mask_embedding"][i];
        if (config.PositionalKernel > 0)
        {
            var weight = PlainMath.WeightNorm(state["positional.weight_v"], state["positional.weight_g"]);
            var positional = PlainMath.Convolution(
                x,
                weight,
                state["positional.bias"],
                config.Width,
                config.PositionalKernel,
                padding: config.PositionalKernel / 2,
                groups: config.PositionalGroups
            );
            for (int t = 0; t < x.GetLength(0); t++)
            for (int i = 0; i < config.Width; i++)
                x[t, i] += PlainMath.Gelu(positional[t, i]);
        }
        List<double[,]> states = [x];
        for (int layer = 0; layer < config.Layers; layer++)
            states.Add(Block(states[^1], $"blocks.{layer}."));
        return states;
    }

    private double[,] Block(double[,] x, string at)
    {
        x = PlainMath.Zip(x, FeedForward(x, at + "ffn1."), (a, b) => a + b / 2);
        x = PlainMath.Add(x, SelfAttention(x, at));
        x = PlainMath.Add(x, Convolution(x, at + "convolution."));
        x = PlainMath.Zip(x, FeedForward(x, at + "ffn2."), (a, b) => a + b / 2);
        return Norm(x, at + "final_norm");
    }

    private double[,] FeedForward(double[,] x, string at) =>
        Product(PlainMath.Map(Product(Norm(x, at + "norm"), at + "widen"), PlainMath.Silu), at + "narrow");

    private double[,] SelfAttention(double[,] x, string at)
    {
        int frames = x.GetLength(0),
            width = config.Width,
            head = width / config.Heads;
        var qkv = Product(Norm(x, at + "attention_norm"), at + "qkv");
        var positions = Enumerable.Range(0, frames).Select(i => (double)i).ToArray();
        var q = PlainMath.Rotary(Columns(qkv, 0), positions, config.Heads);
        var k = PlainMath.Rotary(Columns(qkv, width), positions, config.Heads);
        var v = Columns(qkv, 2 * width);
        var y = new double[frames, width];
        for (int h = 0; h < config.Heads; h++)
        for (int t = 0; t < frames; t++)
        {
            var weights = new double[frames];
            for (int s = 0; s < frames; s++)
            {
                if (config.AttentionReach > 0 && Math.Abs(s - t) > config.AttentionReach)
                    continue;
                double dot = 0;
                for (int i = h * head; i < (h + 1) * head; i++)
                    dot += q[t, i] * k[s, i];
                weights[s] = Math.Exp(dot / Math.Sqrt(head));
            }
            double sum = weights.Sum();
            for (int s = 0; s < frames; s++)
            for (int i = h * head; i < (h + 1) * head; i++)
                y[t, i] += weights[s] / sum * v[s, i];
        }
        return Product(y, at + "output");
    }

    private double[,] Convolution(double[,] x, string at)
    {
        int width = config.Width;
        var gated = Product(Norm(x, at + "norm"), at + "gated");
        var y = PlainMath.Zip(Columns(gated, 0), Columns(gated, width), (a, b) => a * PlainMath.Sigmoid(b));
        y = PlainMath.Convolution(y, state[at + "depthwise.weight"], null, width, config.Kernel, padding: config.Kernel / 2, groups: width);
        for (int t = 0; t < y.GetLength(0); t++)
        for (int i = 0; i < width; i++)
        {
            double normed =
                (y[t, i] - state[at + "batch_norm.running_mean"][i]) / Math.Sqrt(state[at + "batch_norm.running_var"][i] + 1e-5);
            y[t, i] = PlainMath.Silu(normed * state[at + "batch_norm.weight"][i] + state[at + "batch_norm.bias"][i]);
        }
        return Product(y, at + "output");
    }

    public double[,] Output(List<double[,]> states) => Norm(states[^1], "norm");

    private double[,] Norm(double[,] x, string name) => PlainMath.LayerNorm(x, state[name + ".weight"], state[name + ".bias"]);

    private double[,] Product(double[,] x, string name) =>
        PlainMath.Linear(x, state[name + ".weight"], state.GetValueOrDefault(name + ".bias"));

    private double[,] Columns(double[,] x, int first)
    {
        var y = new double[x.GetLength(0), config.Width];
        for (int r = 0; r < y.GetLength(0); r++)
        for (int c = 0; c < config.Width; c++)
            y[r, c] = x[r, first + c];
        return y;
    }
}
