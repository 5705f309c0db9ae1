using System.Numerics;

namespace Melody.Evaluation.Tokens;

/// <summary>
/// Ridge regression from features that are 0 or 1, few of them 1 in a row, by conjugate gradients (Hestenes and Stiefel, 1952) with the
/// diagonal as preconditioner: time and memory grow with the features that are 1, where a factorised matrix would take their number
/// squared.
/// </summary>
/// <param name="width">Features.</param>
/// <param name="targets">Values a row, predicted from the same features, each on its own.</param>
internal sealed class RidgeRegression(int width, int targets)
{
    // of the norm of the right side, per target
    private const double Accuracy = 1e-7;
    private const int MostIterations = 500;

    private readonly int _stride = (targets + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
    private readonly List<int[]> _rows = [];
    private readonly double[] _counts = new double[width];
    private double[]? _right;

    /// <summary>Takes a row in.</summary>
    /// <param name="features">Numbers of the features that are 1.</param>
    /// <param name="values">[targets].</param>
    public void Add(int[] features, ReadOnlySpan<double> values)
    {
        _right ??= new double[(long)width * _stride];
        _rows.Add(features);
        foreach (int i in features)
        {
            _counts[i]++;
            var row = _right.AsSpan(i * _stride, targets);
            for (int t = 0; t < targets; t++)
                row[t] += values[t];
        }
    }

    /// <summary>Coefficients, [width, targets] flat, for a weight of their squares.</summary>
    public double[] Solve(double ridge)
    {
        var (x, r) = (new double[(long)width * _stride], (double[])(_right ?? new double[(long)width * _stride]).Clone());
        var z = Preconditioned(r, ridge);
        var (p, products) = ((double[])z.Clone(), Dots(r, z));
        var limits = Array.ConvertAll(Dots(r, r), squared => squared * Accuracy * Accuracy);
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            if (!Dots(r, r).Zip(limits).Any(pair => pair.First > pair.Second))
                break;
            var image = Apply(p, ridge);
            var step = Ratios(products, Dots(p, image));
            Combine(x, p, step, 1);
            Combine(r, image, step, -1);
            z = Preconditioned(r, ridge);
            var next = Dots(r, z);
            var kept = Ratios(next, products);
            for (long i = 0; i < width; i++)
            for (int t = 0; t < targets; t++)
                p[i * _stride + t] = z[i * _stride + t] + kept[t] * p[i * _stride + t];
            products = next;
        }
        return x;
    }

    /// <summary>What the coefficients of <see cref="Solve"/> predict of a row, added to <paramref name="values"/>.</summary>
    public void Predict(double[] coefficients, int[] features, Span<double> values)
    {
        foreach (int i in features)
        {
            var row = coefficients.AsSpan(i * _stride, targets);
            for (int t = 0; t < targets; t++)
                values[t] += row[t];
        }
    }

    // (Aᵀ A + ridge) p
    private double[] Apply(double[] p, double ridge)
    {
        var y = new double[p.Length];
        for (int i = 0; i < p.Length; i++)
            y[i] = ridge * p[i];
        var sum = new double[_stride];
        foreach (var features in _rows)
        {
            Array.Clear(sum);
            foreach (int i in features)
                Add(sum, p.AsSpan(i * _stride, _stride));
            foreach (int i in features)
                Add(y.AsSpan(i * _stride, _stride), sum);
        }
        return y;
    }

    private static void Add(Span<double> to, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i += Vector<double>.Count)
            (new Vector<double>(to[i..]) + new Vector<double>(values[i..])).CopyTo(to[i..]);
    }

    private double[] Preconditioned(double[] r, double ridge)
    {
        var z = new double[r.Length];
        for (int i = 0; i < width; i++)
        for (int t = 0; t < targets; t++)
            z[i * _stride + t] = r[i * _stride + t] / (_counts[i] + ridge);
        return z;
    }

    private double[] Dots(double[] a, double[] b)
    {
        var sums = new double[targets];
        for (int i = 0; i < width; i++)
        for (int t = 0; t < targets; t++)
            sums[t] += a[i * _stride + t] * b[i * _stride + t];
        return sums;
    }

    // a solved target rests
    private static double[] Ratios(double[] over, double[] under) => [.. over.Zip(under, (a, b) => b > 0 ? a / b : 0)];

    private void Combine(double[] to, double[] values, double[] factors, double sign)
    {
        for (int i = 0; i < width; i++)
        for (int t = 0; t < targets; t++)
            to[i * _stride + t] += sign * factors[t] * values[i * _stride + t];
    }
}
