namespace Melody.Tests.Reference;

/// <summary>
/// The layers of the field as plain loops in double precision, with no tensor library: the independent truth that
/// the networks are compared with. Sequences are [length, channels]; weights lie flat in their checkpoint's order.
/// </summary>
internal static class PlainMath
{
    /// <summary>x Wᵀ + b, weight [outputs, inputs].</summary>
    public static double[,] Linear(double[,] x, double[] weight, double[]? bias = null)
    {
        int rows = x.GetLength(0),
            inputs = x.GetLength(1),
            outputs = weight.Length / inputs;
        var y = new double[rows, outputs];
        for (int r = 0; r < rows; r++)
        for (int o = 0; o < outputs; o++)
        {
            double sum = bias?[o] ?? 0;
            for (int i = 0; i < inputs; i++)
                sum += x[r, i] * weight[o * inputs + i];
            y[r, o] = sum;
        }
        return y;
    }

    /// <summary>Convolution over the first axis, zero padding, weight [outputs, inputs / groups, kernel].</summary>
    public static double[,] Convolution(
        double[,] x,
        double[] weight,
        double[]? bias,
        int outputs,
        int kernel,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1
    )
    {
        int length = x.GetLength(0),
            inputs = x.GetLength(1),
            perGroup = inputs / groups;
        int frames = (length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        var y = new double[frames, outputs];
        for (int t = 0; t < frames; t++)
        for (int o = 0; o < outputs; o++)
        {
            int first = o / (outputs / groups) * perGroup;
            double sum = bias?[o] ?? 0;
            for (int k = 0; k < kernel; k++)
            {
                int at = t * stride - padding + k * dilation;
                if (at < 0 || at >= length)
                    continue;
                for (int i = 0; i < perGroup; i++)
                    sum += x[at, first + i] * weight[(o * perGroup + i) * kernel + k];
            }
            y[t, o] = sum;
        }
        return y;
    }

    /// <summary>Transposed convolution over the first axis, weight [inputs, outputs, kernel].</summary>
    public static double[,] TransposedConvolution(
        double[,] x,
        double[] weight,
        double[]? bias,
        int outputs,
        int kernel,
        int stride,
        int padding,
        int outputPadding = 0
    )
    {
        int length = x.GetLength(0),
            inputs = x.GetLength(1);
        int frames = (length - 1) * stride - 2 * padding + kernel + outputPadding;
        var y = new double[frames, outputs];
        for (int t = 0; t < frames; t++)
        for (int o = 0; o < outputs; o++)
            y[t, o] = bias?[o] ?? 0;
        for (int t = 0; t < length; t++)
        for (int k = 0; k < kernel; k++)
        {
            int at = t * stride - padding + k;
            if (at < 0 || at >= frames)
                continue;
            for (int i = 0; i < inputs; i++)
            for (int o = 0; o < outputs; o++)
                y[at, o] += x[t, i] * weight[(i * outputs + o) * kernel + k];
        }
        return y;
    }

    /// <summary>w = g v / |v|, the norm taken per entry of the first axis.</summary>
    public static double[] WeightNorm(double[] direction, double[] magnitude)
    {
        int entries = magnitude.Length,
            each = direction.Length / entries;
        var w = new double[direction.Length];
        for (int e = 0; e < entries; e++)
        {
            double square = 0;
            for (int i = 0; i < each; i++)
                square += direction[e * each + i] * direction[e * each + i];
            for (int i = 0; i < each; i++)
                w[e * each + i] = magnitude[e] * direction[e * each + i] / Math.Sqrt(square);
        }
        return w;
    }

    public static double[,] RmsNorm(double[,] x, double[] gain, double epsilon = 1e-6) => ByRow(x, (row, y) =>
        {
            double square = 0;
            foreach (double v in row)
                square += v * v;
            for (int i = 0; i < row.Length; i++)
                y[i] = row[i] / Math.Sqrt(square / row.Length + epsilon) * gain[i];
        });

    public static double[,] LayerNorm(double[,] x, double[] gain, double[] bias, double epsilon = 1e-5) => ByRow(x, (row, y) =>
        {
            double mean = row.Average(),
                variance = row.Select(v => (v - mean) * (v - mean)).Average();
            for (int i = 0; i < row.Length; i++)
                y[i] = (row[i] - mean) / Math.Sqrt(variance + epsilon) * gain[i] + bias[i];
        });

    public static double[,] Softmax(double[,] x) => ByRow(x, (row, y) =>
        {
            double top = row.Max(),
                sum = row.Sum(v => Math.Exp(v - top));
            for (int i = 0; i < row.Length; i++)
                y[i] = Math.Exp(row[i] - top) / sum;
        });

    /// <summary>
    /// Attention of several heads side by side in the channels; row i sees keys 0 .. i + <paramref name="visibleBeyond"/> when causal.
    /// </summary>
    public static double[,] Attention(double[,] q, double[,] k, double[,] v, int heads, bool causal = false, int visibleBeyond = 0)
    {
        int rows = q.GetLength(0),
            keys = k.GetLength(0),
            width = q.GetLength(1) / heads;
        var y = new double[rows, q.GetLength(1)];
        for (int h = 0; h < heads; h++)
        {
            var scores = new double[rows, keys];
            for (int r = 0; r < rows; r++)
            for (int s = 0; s < keys; s++)
            {
                double dot = 0;
                for (int i = h * width; i < (h + 1) * width; i++)
                    dot += q[r, i] * k[s, i];
                scores[r, s] = causal && s > r + visibleBeyond ? double.NegativeInfinity : dot / Math.Sqrt(width);
            }
            scores = Softmax(scores);
            for (int r = 0; r < rows; r++)
            for (int i = h * width; i < (h + 1) * width; i++)
            for (int s = 0; s < keys; s++)
                y[r, i] += scores[r, s] * v[s, i];
        }
        return y;
    }

    /// <summary>Rotary embedding of every head: channels (i, i + width/2) turn by position * base^(-2i/width).</summary>
    public static double[,] Rotary(double[,] x, double[] positions, int heads, double frequencyBase = 10000)
    {
        int width = x.GetLength(1) / heads,
            half = width / 2;
        var y = new double[x.GetLength(0), x.GetLength(1)];
        for (int r = 0; r < x.GetLength(0); r++)
        for (int h = 0; h < heads; h++)
        for (int i = 0; i < half; i++)
        {
            double angle = positions[r] * Math.Pow(frequencyBase, -2.0 * i / width);
            double a = x[r, h * width + i],
                b = x[r, h * width + half + i];
            y[r, h * width + i] = a * Math.Cos(angle) - b * Math.Sin(angle);
            y[r, h * width + half + i] = b * Math.Cos(angle) + a * Math.Sin(angle);
        }
        return y;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>The error function by its Maclaurin series, or 1 beyond |x| = 6 where it differs by less than 1e-16.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double term = x,
            sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Max(1, Math.Abs(sum)) && n < 400; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    public static double[,] Map(double[,] x, Func<double, double> f) => Zip(x, x, (a, _) => f(a));

    public static double[,] Add(double[,] x, double[,] y) => Zip(x, y, (a, b) => a + b);

    public static double[,] Zip(double[,] x, double[,] y, Func<double, double, double> f)
    {
        var z = new double[x.GetLength(0), x.GetLength(1)];
        for (int r = 0; r < z.GetLength(0); r++)
        for (int c = 0; c < z.GetLength(1); c++)
            z[r, c] = f(x[r, c], y[r, c]);
        return z;
    }

    private static double[,] ByRow(double[,] x, Action<double[], double[]> f)
    {
        var y = new double[x.GetLength(0), x.GetLength(1)];
        double[] row = new double[x.GetLength(1)],
            result = new double[row.Length];
        for (int r = 0; r < x.GetLength(0); r++)
        {
            for (int i = 0; i < row.Length; i++)
                row[i] = x[r, i];
            f(row, result);
            for (int i = 0; i < row.Length; i++)
                y[r, i] = result[i];
        }
        return y;
    }
}
