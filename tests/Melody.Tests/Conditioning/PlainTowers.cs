using System.Text;
using Melody.Conditioning;
using Melody.Tests.Reference;

namespace Melody.Tests.Conditioning;

/// <summary>The towers as plain loops in double precision, from the state dictionary.</summary>
internal static class PlainTowers
{
    private const double NormEpsilon = 1e-12;

    /// <summary>Decibels below the loudest mel cell, [-80, 0] -> [-1, 1], by a discrete Fourier transform written out.</summary>
    public static double[,] Spectrogram(double[] audio, AudioTowerConfig c)
    {
        int heard = Math.Min(audio.Length / c.HopLength, c.Frames),
            bins = c.FftSize / 2 + 1,
            offset = (c.FftSize - c.AnalysisWindow) / 2;
        double ToMel(double f) => 2595 * Math.Log10(1 + f / 700);
        double ToHertz(double m) => 700 * (Math.Pow(10, m / 2595) - 1);
        double Edge(int i) => ToHertz(ToMel(c.SampleRate / 2.0) * i / (c.Bands + 1));
        var decibels = new double[heard, c.Bands];
        for (int frame = 0; frame < heard; frame++)
        {
            var power = new double[bins];
            for (int k = 0; k < bins; k++)
            {
                double re = 0,
                    im = 0;
                for (int n = 0; n < c.AnalysisWindow; n++)
                {
                    int at = frame * c.HopLength + offset + n - c.FftSize / 2;
                    if (at < 0)
                        at = -at;
                    if (at >= audio.Length)
                        at = 2 * (audio.Length - 1) - at;
                    double value = audio[at] * 0.5 * (1 - Math.Cos(2 * Math.PI * n / c.AnalysisWindow));
                    re += value * Math.Cos(2 * Math.PI * k * (offset + n) / c.FftSize);
                    im -= value * Math.Sin(2 * Math.PI * k * (offset + n) / c.FftSize);
                }
                power[k] = re * re + im * im;
            }
            for (int band = 0; band < c.Bands; band++)
            {
                double sum = 0;
                for (int k = 0; k < bins; k++)
                {
                    double f = (double)k * c.SampleRate / c.FftSize;
                    sum +=
                        power[k]
                        * Math.Max(
                            0,
                            Math.Min(
                                (f - Edge(band)) / (Edge(band + 1) - Edge(band)),
                                (Edge(band + 2) - f) / (Edge(band + 2) - Edge(band + 1))
                            )
                        );
                }
                decibels[frame, band] = 10 * Math.Log10(Math.Max(sum, 1e-10));
            }
        }
        double top = decibels.Cast<double>().Max();
        var picture = new double[c.Frames, c.Bands];
        for (int frame = 0; frame < c.Frames; frame++)
        for (int band = 0; band < c.Bands; band++)
            picture[frame, band] = frame < heard ? (Math.Max(decibels[frame, band] - top, -80) + 40) / 40 : -1;
        return picture;
    }

    /// <summary>Spectrogram [frames, bands] -> unit vector.</summary>
    public static double[] Audio(double[,] picture, AudioTowerConfig c, Dictionary<string, double[]> state)
    {
        int across = (c.Bands - c.PatchBands) / c.StrideBands + 1,
            along = (c.Frames - c.PatchFrames) / c.StrideFrames + 1;
        var patches = new double[across * along, c.PatchBands * c.PatchFrames];
        for (int band = 0; band < across; band++)
        for (int frame = 0; frame < along; frame++)
        for (int i = 0; i < c.PatchBands; i++)
        for (int j = 0; j < c.PatchFrames; j++)
            patches[band * along + frame, i * c.PatchFrames + j] = picture[frame * c.StrideFrames + j, band * c.StrideBands + i];
        var special = c.DistillationToken ? new[] { state["class_token"], state["distillation_token"] } : [state["class_token"]];
        var x = Stack(special, PlainMath.Linear(patches, state["patches.weight"], state["patches.bias"]));
        int width = x.GetLength(1);
        for (int row = 0; row < x.GetLength(0); row++)
        for (int i = 0; i < width; i++)
            x[row, i] += state["positions"][row * width + i];
        for (int layer = 0; layer < c.Transformer.Layers; layer++)
            x = Layer(x, c.Transformer, state, $"layers.{layer}.", normFirst: true, rotary: false);
        x = PlainMath.LayerNorm(x, state["norm.weight"], state["norm.bias"], NormEpsilon);
        var pooled = new double[1, width];
        for (int row = 0; row < special.Length; row++)
        for (int i = 0; i < width; i++)
            pooled[0, i] += x[row, i] / special.Length;
        return Unit(PlainMath.Linear(pooled, state["head.weight"], state["head.bias"]));
    }

    /// <summary>Word ids, -1 with the word itself for pieces -> unit vector.</summary>
    public static double[] Words(IReadOnlyList<(int Id, string Word)> tokens, WordTowerConfig c, Dictionary<string, double[]> state)
    {
        var vectors = new double[tokens.Count, c.VectorWidth];
        for (int row = 0; row < tokens.Count; row++)
        {
            var (table, rows) =
                tokens[row].Id >= 0 ? ("words.weight", [tokens[row].Id]) : ("pieces.weight", Pieces(tokens[row].Word, c.Pieces));
            foreach (int piece in rows)
                for (int i = 0; i < c.VectorWidth; i++)
                    vectors[row, i] += state[table][piece * c.VectorWidth + i] / rows.Length;
        }
        var x = Stack([state["start"]], PlainMath.Linear(vectors, state["widen.weight"], state["widen.bias"]));
        for (int layer = 0; layer < c.Transformer.Layers; layer++)
            x = Layer(x, c.Transformer, state, $"layers.{layer}.", normFirst: true, rotary: true);
        x = PlainMath.LayerNorm(x, state["norm.weight"], state["norm.bias"], NormEpsilon);
        var scores = PlainMath.Linear(x, state["score.weight"]).Cast<double>().Select(Math.Exp).ToArray();
        var pooled = new double[1, x.GetLength(1)];
        for (int row = 0; row < x.GetLength(0); row++)
        for (int i = 0; i < x.GetLength(1); i++)
            pooled[0, i] += x[row, i] * scores[row] / scores.Sum();
        return Unit(PlainMath.Linear(pooled, state["head.weight"], state["head.bias"]));
    }

    /// <summary>Word piece ids -> unit vector.</summary>
    public static double[] Bert(int[] ids, BertConfig c, Dictionary<string, double[]> state)
    {
        int width = c.Transformer.Width;
        var x = new double[ids.Length, width];
        for (int row = 0; row < ids.Length; row++)
        for (int i = 0; i < width; i++)
            x[row, i] = state["words.weight"][ids[row] * width + i] + state["positions.weight"][row * width + i] + state["types.weight"][i];
        x = PlainMath.LayerNorm(x, state["norm.weight"], state["norm.bias"], NormEpsilon);
        for (int layer = 0; layer < c.Transformer.Layers; layer++)
            x = Layer(x, c.Transformer, state, $"layers.{layer}.", normFirst: false, rotary: false);
        var first = new double[1, width];
        for (int i = 0; i < width; i++)
            first[0, i] = x[0, i];
        return Unit(PlainMath.Linear(first, state["head.weight"], state["head.bias"]));
    }

    /// <summary>FNV-1a of each 3- to 5-gram of the marked word, and of the whole.</summary>
    public static int[] Pieces(string word, int count)
    {
        string marked = "<" + word + ">";
        var pieces = new List<string> { marked };
        for (int start = 0; start < marked.Length; start++)
        for (int length = 3; length <= 5 && start + length <= marked.Length; length++)
            if (length != marked.Length)
                pieces.Add(marked.Substring(start, length));
        return
        [
            .. pieces.Select(piece =>
                (int)(Encoding.Unicode.GetBytes(piece).Aggregate(2166136261u, (hash, b) => unchecked((hash ^ b) * 16777619u)) % count)
            ),
        ];
    }

    private static double[,] Layer(
        double[,] x,
        TransformerConfig c,
        Dictionary<string, double[]> state,
        string prefix,
        bool normFirst,
        bool rotary
    )
    {
        double[,] Apply(string name, double[,] input) =>
            PlainMath.Linear(input, state[$"{prefix}{name}.weight"], state[$"{prefix}{name}.bias"]);
        double[,] Norm(string name, double[,] input) =>
            PlainMath.LayerNorm(input, state[$"{prefix}{name}.weight"], state[$"{prefix}{name}.bias"], NormEpsilon);
        double[,] Turn(double[,] input) =>
            rotary ? PlainMath.Rotary(input, [.. Enumerable.Range(0, input.GetLength(0)).Select(i => (double)i)], c.Heads) : input;
        double[,] Attend(double[,] input) =>
            Apply("output", PlainMath.Attention(Turn(Apply("query", input)), Turn(Apply("key", input)), Apply("value", input), c.Heads));
        double[,] FeedForward(double[,] input) => Apply("contract", PlainMath.Map(Apply("expand", input), PlainMath.Gelu));
        if (normFirst)
        {
            x = PlainMath.Add(x, Attend(Norm("attention_norm", x)));
            return PlainMath.Add(x, FeedForward(Norm("feed_forward_norm", x)));
        }
        x = Norm("attention_norm", PlainMath.Add(x, Attend(x)));
        return Norm("feed_forward_norm", PlainMath.Add(x, FeedForward(x)));
    }

    private static double[,] Stack(double[][] first, double[,] rest)
    {
        var all = new double[first.Length + rest.GetLength(0), rest.GetLength(1)];
        for (int row = 0; row < all.GetLength(0); row++)
        for (int i = 0; i < all.GetLength(1); i++)
            all[row, i] = row < first.Length ? first[row][i] : rest[row - first.Length, i];
        return all;
    }

    public static double[] Unit(double[,] row)
    {
        double norm = Math.Sqrt(row.Cast<double>().Sum(v => v * v));
        return [.. row.Cast<double>().Select(v => v / norm)];
    }
}
