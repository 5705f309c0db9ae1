namespace Melody.Listening;

/// <summary>
/// Finds the minimum of a smooth convex function: limited-memory BFGS with ten remembered steps and a line search that
/// halves the step until the value falls enough (Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.5).
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 10;
    private const double SufficientDecrease = 1e-4;

    /// <summary>The value at a point; its gradient is written into the second argument.</summary>
    public delegate double Objective(double[] point, double[] gradient);

    /// <summary>
    /// Starts at 0 and stops when the gradient is <paramref name="tolerance"/> times what it was, or after this many steps.
    /// </summary>
    public static double[] Minimize(Objective objective, int dimensions, int steps = 200, double tolerance = 1e-4)
    {
        var (point, gradient) = (new double[dimensions], new double[dimensions]);
        double value = objective(point, gradient),
            first = Math.Sqrt(Dot(gradient, gradient));
        var past = new List<(double[] Step, double[] Change, double Curvature)>();
        for (int step = 0; step < steps && Math.Sqrt(Dot(gradient, gradient)) > tolerance * first; step++)
        {
            var direction = Direction(gradient, past);
            double slope = Dot(direction, gradient),
                length = past.Count == 0 ? 1 / Math.Max(1, first) : 1;
            var (next, nextGradient) = (new double[dimensions], new double[dimensions]);
            double nextValue;
            for (; ; length /= 2)
            {
                for (int i = 0; i < dimensions; i++)
                    next[i] = point[i] + length * direction[i];
                nextValue = objective(next, nextGradient);
                if (nextValue <= value + SufficientDecrease * length * slope || length < 1e-12)
                    break;
            }
            if (nextValue >= value)
                return point; // as low as the arithmetic can tell
            var moved = Enumerable.Range(0, dimensions).Select(i => next[i] - point[i]).ToArray();
            var change = Enumerable.Range(0, dimensions).Select(i => nextGradient[i] - gradient[i]).ToArray();
            double curvature = Dot(moved, change);
            if (curvature > 1e-12)
                past.Add((moved, change, curvature));
            if (past.Count > Memory)
                past.RemoveAt(0);
            (point, gradient, value) = (next, nextGradient, nextValue);
        }
        return point;
    }

    // the two-loop recursion: minus the inverse Hessian, as far as it is known, times the gradient
    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> past)
    {
        var direction = gradient.Select(g => -g).ToArray();
        var shares = new double[past.Count];
        for (int k = past.Count - 1; k >= 0; k--)
            Add(direction, past[k].Change, -(shares[k] = Dot(past[k].Step, direction) / past[k].Curvature));
        if (past.Count > 0)
        {
            double scale = past[^1].Curvature / Dot(past[^1].Change, past[^1].Change);
            for (int i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }
        for (int k = 0; k < past.Count; k++)
            Add(direction, past[k].Step, shares[k] - Dot(past[k].Change, direction) / past[k].Curvature);
        return direction;
    }

    private static void Add(double[] target, double[] source, double factor)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
