using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Reference;

/// <summary>
/// Inputs and parameters from a formula, so that a fixture is the same on every machine, and the way between tensors
/// and the plain arrays of <see cref="PlainMath"/>.
/// </summary>
internal static class FixedValues
{
    /// <summary>Values in (-1, 1) that look random and depend on <paramref name="seed"/> only.</summary>
    public static double[] Series(int seed, long count)
    {
        var values = new double[count];
        for (long i = 0; i < count; i++)
        {
            double s = Math.Sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
            values[i] = (float)(2 * (s - Math.Floor(s)) - 1);
        }
        return values;
    }

    public static Tensor Tensor(int seed, params long[] shape) =>
        tensor(Series(seed, shape.Aggregate(1L, (a, b) => a * b)), dtype: ScalarType.Float32).view(shape);

    public static double[,] Matrix(int seed, int rows, int columns)
    {
        var flat = Series(seed, (long)rows * columns);
        var matrix = new double[rows, columns];
        Buffer.BlockCopy(flat, 0, matrix, 0, flat.Length * sizeof(double));
        return matrix;
    }

    /// <summary>
    /// Overwrites every parameter and floating-point buffer with a series of its own, scaled by 1/sqrt(fan in); vectors
    /// (gains and biases) become 1 + 0.1 s or 0.1 s, as their initial value is 1 or 0.
    /// </summary>
    public static T Fill<T>(T module, int seed = 1)
        where T : nn.Module
    {
        using var _ = no_grad();
        foreach (var (name, value) in module.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!value.is_floating_point())
                continue;
            using var scope = NewDisposeScope();
            bool vector = value.dim() < 2 || value.shape.Skip(1).All(n => n == 1);
            double scale = vector ? 0.1 : Math.Sqrt(3.0 / value.shape.Skip(1).Aggregate(1L, (a, b) => a * b));
            double offset =
                vector && name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("weight_g", StringComparison.Ordinal) ? 1 : 0;
            value.copy_(Tensor(seed++, value.shape) * scale + offset);
        }
        return module;
    }

    /// <summary>Every entry of the state dictionary as a flat array.</summary>
    public static Dictionary<string, double[]> State(nn.Module module) => module.state_dict().ToDictionary(p => p.Key, p => Flat(p.Value));

    public static double[] Flat(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>A tensor with two axes (others of size one are dropped) as a matrix.</summary>
    public static double[,] Matrix(Tensor tensor)
    {
        var flat = Flat(tensor);
        var sizes = tensor.shape.Where(n => n != 1).ToArray();
        if (sizes.Length < 2)
            sizes = [1, flat.Length];
        var matrix = new double[sizes[0], sizes[1]];
        Buffer.BlockCopy(flat, 0, matrix, 0, flat.Length * sizeof(double));
        return matrix;
    }

    /// <summary>A matrix as a float32 tensor [rows, columns].</summary>
    public static Tensor Tensor(double[,] matrix) => tensor(matrix, dtype: ScalarType.Float32);

    /// <summary>
    /// Fails unless every entry agrees within <paramref name="tolerance"/> of the larger of 1 and the expected value's size.
    /// </summary>
    public static void AssertClose(double[] expected, double[] actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"entry {i} of {expected.Length}: expected {expected[i]}, actual {actual[i]}"
            );
    }

    public static void AssertClose(double[,] expected, Tensor actual, double tolerance = 1e-4) =>
        AssertClose(expected.Cast<double>().ToArray(), Flat(actual), tolerance);

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.shape, actual.shape);
        AssertClose(Flat(expected), Flat(actual), tolerance);
    }
}
