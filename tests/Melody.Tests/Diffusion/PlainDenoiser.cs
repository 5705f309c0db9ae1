using Melody.Diffusion;
using Melody.Tests.Reference;

namespace Melody.Tests.Diffusion;

/// <summary>
/// The whole dual-path denoiser for one example in plain loops and double precision, written from the paper's section 4
/// and independent of the network: the truth for its fixtures. Hidden states are [S * K, D_hid], segment by segment.
/// </summary>
internal sealed class PlainDenoiser(DenoiserConfig config, Dictionary<string, double[]> state)
{
    private readonly int _width = config.HiddenWidth,
        _k = config.SegmentLength;

    public double[,] Run(double[,] latents, double[] angles, long[] tokens, double[]? prompt, bool conditioned)
    {
        int frames = latents.GetLength(0),
            half = _k / 2,
            segments = (2 * frames + _k - 1) / _k + 1;
        var angleVectors = new double[frames, config.AngleWidth];
        for (int l = 0; l < frames; l++)
        for (int i = 0; i < config.AngleWidth; i++)
            angleVectors[l, i] =
                Math.Cos(angles[l]) * state["angle_encoding.start"][i] + Math.Sin(angles[l]) * state["angle_encoding.end"][i];
        var angleEncoding = Mlp(angleVectors, "angle_encoding.mlp");

        var rows = new double[tokens.Length, config.TokenWidth];
        for (int j = 0; j < tokens.Length; j++)
        for (int i = 0; i < config.TokenWidth; i++)
            rows[j, i] = state["semantic_encoding.table.weight"][tokens[j] * config.TokenWidth + i];
        var semantic = Mlp(rows, "semantic_encoding.mlp");

        var heard = new double[_width];
        if (prompt is not null)
        {
            var entries = new double[1, prompt.Length];
            for (int i = 0; i < prompt.Length; i++)
                entries[0, i] = prompt[i] * Math.Sqrt(prompt.Length);
            var vector = Linear(PlainMath.Map(Linear(entries, "prompt_encoding.inner"), PlainMath.Gelu), "prompt_encoding.outer");
            for (int i = 0; i < _width; i++)
                heard[i] = 10 * vector[0, i];
        }

        var modulation = new double[segments, _width];
        for (int s = 0; s < segments; s++)
        for (int i = 0; i < _width; i++)
        {
            modulation[s, i] = angleEncoding[s * frames / segments, i];
            if (conditioned || !config.CfgDropFilm)
                for (int j = 0; j < tokens.Length; j++)
                    modulation[s, i] += semantic[j, i] / tokens.Length;
            if (conditioned)
                modulation[s, i] += heard[i];
        }
        for (int j = 0; j < tokens.Length; j++)
        for (int i = 0; i < _width; i++)
            semantic[j, i] += heard[i];

        var known = PlainMath.Add(Linear(latents, "input"), angleEncoding);
        if (config.ForecastTokens > 0 && conditioned)
            AddForecast(known, rows, prompt);
        var input = Norm(known, "input_norm");
        var hidden = new double[segments * _k, _width];
        for (int s = 0; s < segments; s++)
        for (int k = 0; k < _k; k++)
        {
            int frame = (s - 1) * half + k;
            if (frame < 0 || frame >= frames)
                continue;
            for (int i = 0; i < _width; i++)
                hidden[s * _k + k, i] = input[frame, i];
        }

        for (int b = 0; b < config.Blocks; b++)
            hidden = Block(hidden, $"block_{b}", b, segments, semantic, modulation, conditioned);

        var sum = new double[frames, _width];
        for (int s = 0; s < segments; s++)
        for (int k = 0; k < _k; k++)
        {
            int frame = (s - 1) * half + k;
            if (frame < 0 || frame >= frames)
                continue;
            for (int i = 0; i < _width; i++)
                sum[frame, i] += hidden[s * _k + k, i];
        }
        return Linear(Norm(sum, "output_norm"), "output");
    }

    private void AddForecast(double[,] input, double[,] vectors, double[]? prompt)
    {
        int ratio = config.LatentRate / config.TokenRate,
            channels = config.LatentChannels,
            count = config.ForecastTokens;
        double[] weights = state["latent_forecast.forecast.weight"],
            bias = state["latent_forecast.forecast.bias"];
        for (int frame = 0; frame < input.GetLength(0); frame++)
        {
            int token = frame / ratio;
            if (token >= vectors.GetLength(0))
                continue;
            var predicted = new double[1, channels];
            for (int c = 0; c < channels; c++)
            {
                int row = frame % ratio * channels + c;
                predicted[0, c] = bias[row];
                for (int j = 0; j < count; j++)
                for (int i = 0; i < config.TokenWidth && token + j - count / 2 >= 0 && token + j - count / 2 < vectors.GetLength(0); i++)
                    predicted[0, c] += weights[(row * config.TokenWidth + i) * count + j] * vectors[token + j - count / 2, i];
                for (int i = 0; prompt is not null && i < prompt.Length; i++)
                    predicted[0, c] += state["latent_forecast.prompt.weight"][c * prompt.Length + i] * prompt[i];
            }
            var gained = Linear(predicted, "latent_forecast.output");
            for (int i = 0; i < _width; i++)
                input[frame, i] += 10 * gained[0, i];
        }
    }

    private double[,] Block(
        double[,] hidden,
        string name,
        int index,
        int segments,
        double[,] semantic,
        double[,] modulation,
        bool conditioned
    )
    {
        int factor = (int)Math.Pow(2, Math.Min(index, config.Blocks - 1 - index)),
            columns = _k / factor;
        var coarse = new double[segments * columns, _width];
        for (int r = 0; r < coarse.GetLength(0); r++)
        for (int i = 0; i < _width; i++)
        for (int p = 0; p < factor; p++)
            coarse[r, i] += hidden[r * factor + p, i] / factor;
        if (config.CoarseProjections)
            coarse = Linear(coarse, $"{name}.coarse_input");
        for (int j = 0; j < config.CoarseLayers; j++)
            coarse = RoFormer(coarse, $"{name}.coarse_{j}", segments, factor, semantic, conditioned);
        if (config.CoarseProjections)
            coarse = Linear(coarse, $"{name}.coarse_output");
        var repeated = new double[segments * _k, _width];
        for (int r = 0; r < repeated.GetLength(0); r++)
        for (int i = 0; i < _width; i++)
            repeated[r, i] = coarse[r / factor, i];
        hidden = Norm(PlainMath.Add(hidden, repeated), $"{name}.coarse_norm");

        var fine = new double[segments * _k, _width];
        for (int s = 0; s < segments; s++)
        {
            var segment = Rows(hidden, Enumerable.Range(s * _k, _k));
            for (int l = 0; l < config.SruLayers; l++)
                segment = SruTests.PlainSru(
                    segment,
                    state[$"{name}.fine.{l}.weight"],
                    state[$"{name}.fine.{l}.recurrent"],
                    state[$"{name}.fine.{l}.bias"],
                    config.SruWidth
                );
            if (2 * config.SruWidth != _width)
                segment = Linear(segment, $"{name}.fine_output");
            var condition = Rows(modulation, [s]);
            double[,] scale = Perceptron(condition, $"{name}.film.scale"),
                shift = Perceptron(condition, $"{name}.film.shift");
            for (int k = 0; k < _k; k++)
            for (int i = 0; i < _width; i++)
                segment[k, i] = segment[k, i] * scale[0, i] + shift[0, i];
            Put(fine, Perceptron(segment, $"{name}.film.output"), Enumerable.Range(s * _k, _k));
        }
        return Norm(PlainMath.Add(hidden, fine), $"{name}.fine_norm");
    }

    private double[,] RoFormer(double[,] x, string name, int segments, int factor, double[,] semantic, bool conditioned)
    {
        int columns = x.GetLength(0) / segments,
            heads = config.Heads;
        double tokensPerFrame = (double)config.TokenRate / config.LatentRate;
        double[,] qkv = Linear(Norm(x, $"{name}.self_norm"), $"{name}.self_qkv"),
            attended = new double[x.GetLength(0), _width];
        var order = Enumerable.Range(0, segments).Select(s => (double)s).ToArray();
        for (int c = 0; c < columns; c++)
        {
            var at = Enumerable.Range(0, segments).Select(s => s * columns + c);
            var column = Rows(qkv, at);
            Put(
                attended,
                PlainMath.Attention(
                    PlainMath.Rotary(Part(column, 0), order, heads),
                    PlainMath.Rotary(Part(column, 1), order, heads),
                    Part(column, 2),
                    heads
                ),
                at
            );
        }
        x = PlainMath.Add(x, Linear(attended, $"{name}.self_output"));

        var normed = Norm(x, $"{name}.cross_norm");
        var queries = Linear(normed, $"{name}.cross_q");
        var tokenTimes = Enumerable.Range(0, semantic.GetLength(0)).Select(j => j + 0.5).ToArray();
        for (int c = 0; c < columns; c++)
        {
            var at = Enumerable.Range(0, segments).Select(s => s * columns + c);
            // the centre of the column in tokens: segment s begins half a segment before frame s K/2
            var times = order.Select(s => ((s - 1) * _k / 2 + (c + 0.5) * factor) * tokensPerFrame).ToArray();
            var keyValue = Linear(conditioned ? semantic : Rows(normed, at), $"{name}.cross_kv");
            double[,] q = Rows(queries, at),
                k = Part(keyValue, 0);
            if (config.TimeAlignedCrossAttention)
                (q, k) = (PlainMath.Rotary(q, times, heads), PlainMath.Rotary(k, conditioned ? tokenTimes : times, heads));
            Put(attended, PlainMath.Attention(q, k, Part(keyValue, 1), heads), at);
        }
        x = PlainMath.Add(x, Linear(attended, $"{name}.cross_output"));
        var inner = PlainMath.Map(Linear(Norm(x, $"{name}.feed_forward_norm"), $"{name}.inner"), PlainMath.Gelu);
        return PlainMath.Add(x, Linear(inner, $"{name}.outer"));
    }

    private double[,] Mlp(double[,] x, string name) =>
        Norm(Linear(PlainMath.Map(Linear(x, $"{name}.inner"), PlainMath.Gelu), $"{name}.outer"), $"{name}.norm");

    private double[,] Perceptron(double[,] x, string name) =>
        config.FilmLayers == 1 ? Linear(x, name) : Linear(PlainMath.Map(Linear(x, $"{name}.inner"), PlainMath.Gelu), $"{name}.outer");

    private double[,] Linear(double[,] x, string name) =>
        PlainMath.Linear(x, state[$"{name}.weight"], state.GetValueOrDefault($"{name}.bias"));

    private double[,] Norm(double[,] x, string name) => PlainMath.RmsNorm(x, state[$"{name}.weight"]);

    private double[,] Part(double[,] x, int index)
    {
        var y = new double[x.GetLength(0), _width];
        for (int r = 0; r < y.GetLength(0); r++)
        for (int i = 0; i < _width; i++)
            y[r, i] = x[r, index * _width + i];
        return y;
    }

    private static double[,] Rows(double[,] x, IEnumerable<int> rows)
    {
        int[] at = [.. rows];
        var y = new double[at.Length, x.GetLength(1)];
        for (int r = 0; r < at.Length; r++)
        for (int i = 0; i < y.GetLength(1); i++)
            y[r, i] = x[at[r], i];
        return y;
    }

    private static void Put(double[,] target, double[,] values, IEnumerable<int> rows)
    {
        int r = 0;
        foreach (int at in rows)
        {
            for (int i = 0; i < values.GetLength(1); i++)
                target[at, i] = values[r, i];
            r++;
        }
    }
}
