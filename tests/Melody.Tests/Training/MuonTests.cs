using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Optimization;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class MuonTests
{
    private static readonly OptimizerOptions Options = new()
    {
        Muon = true,
        WeightDecay = 0.1,
        ClipNorm = 0,
    };

    /// <summary>The factors of libtorch's decomposition: U S Vᵀ has become U S' Vᵀ, with S' about one.</summary>
    [Theory]
    [InlineData(6, 6)]
    [InlineData(4, 9)]
    [InlineData(9, 4)]
    public void The_singular_vectors_stay_and_the_values_become_about_one(int rows, int columns)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        AssertOrthogonal(rows, columns, 1e-4f);
    }

    // its numbers have eight bits, and five iterations multiply them fifteen times
    [Theory]
    [InlineData(6, 6)]
    [InlineData(9, 4)]
    public void In_bfloat16_nearly_so(int rows, int columns)
    {
        using var precision = ComputePrecision.Use(ScalarType.BFloat16);
        AssertOrthogonal(rows, columns, 0.1f);
    }

    [Fact]
    public void Matrices_of_one_shape_are_treated_each_by_itself()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var three = Tensor(5, 3, 4, 6) * tensor(new[] { 1f, 100, 0.01f }).view(3, 1, 1);
        var together = Muon.Orthogonal(three);
        for (int i = 0; i < 3; i++)
            FixedValues.AssertClose(Muon.Orthogonal(three[i]), together[i], 1e-4);
    }

    private static void AssertOrthogonal(int rows, int columns, float tolerance)
    {
        using var scope = NewDisposeScope();
        var matrix = Tensor(3, rows, columns);
        var (u, _, vh) = linalg.svd(matrix, fullMatrices: false);
        var between = u.t().mm(Muon.Orthogonal(matrix)).mm(vh.t());
        int rank = Math.Min(rows, columns);
        for (int i = 0; i < rank; i++)
        for (int j = 0; j < rank; j++)
            Assert.InRange(between[i, j].item<float>(), i == j ? 0.6f : -tolerance, i == j ? 1.3f : tolerance);
    }

    [Fact]
    public void Steps_follow_the_formula_for_hidden_matrices_and_Adam_for_all_else()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var layer = Fill(new Linear(4, 3, bias: true, ParameterFactory.Random(1)));
        var same = Fill(new Linear(4, 3, bias: true, ParameterFactory.Random(1)));
        using var optimizer = new AdamW([layer], Options);
        using var adam = new AdamW([same], Options with { Muon = false });
        Assert.Equal(["hidden", "vectors"], optimizer.Buckets.Keys.Order(StringComparer.Ordinal));
        double[] weight = State(layer)["weight"],
            mean = new double[12];
        for (int step = 1; step <= 4; step++)
        {
            double[] gradient = Series(step, 12);
            foreach (var (network, own) in new[] { (layer, optimizer), (same, adam) })
            {
                ((network.Weight * Tensor(step, 3, 4)).sum() + (network.Bias! * Tensor(100 + step, 3)).sum()).backward();
                own.Step(0.05);
            }
            double[] ahead = new double[12];
            for (int i = 0; i < 12; i++)
            {
                mean[i] = 0.95 * mean[i] + 0.05 * gradient[i];
                ahead[i] = 0.95 * mean[i] + 0.05 * gradient[i];
            }
            double[] update = Orthogonal(ahead, 3, 4);
            for (int i = 0; i < 12; i++)
                weight[i] = weight[i] * (1 - 0.05 * 0.1) - 0.05 * 0.2 * Math.Sqrt(4) * update[i];
        }
        AssertClose(weight, State(layer)["weight"]);
        AssertClose(State(same)["bias"], State(layer)["bias"]);
    }

    [Theory]
    [InlineData("blocks.0.qkv.weight", true)]
    [InlineData("block_0.film.scale.weight", true)]
    [InlineData("frames.outputs.0.weight", false)]
    [InlineData("embedding.table.weight", false)]
    [InlineData("output.weight", false)]
    [InlineData("input.weight", false)]
    public void Only_maps_between_hidden_values_are_served(string name, bool served)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(served, Muon.Serves(name, zeros(4, 4)));
        Assert.False(Muon.Serves("blocks.0.norm.weight", zeros(4)));
    }

    // the iteration in plain loops, for matrices that are wider than high
    private static double[] Orthogonal(double[] matrix, int rows, int columns)
    {
        double norm = Math.Sqrt(matrix.Sum(v => v * v));
        double[] x = [.. matrix.Select(v => v / norm)];
        for (int round = 0; round < 5; round++)
        {
            double[] square = Product(x, Turned(x, rows, columns), rows, columns, rows);
            double[] fourth = Product(square, square, rows, rows, rows);
            double[] factor = [.. square.Zip(fourth, (a, b) => -4.7750 * a + 2.0315 * b)];
            x = [.. Product(factor, x, rows, rows, columns).Zip(x, (a, b) => a + 3.4445 * b)];
        }
        return x;
    }

    private static double[] Turned(double[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => matrix[i % rows * columns + i / rows])];

    private static double[] Product(double[] a, double[] b, int rows, int inner, int columns)
    {
        double[] product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
        for (int k = 0; k < inner; k++)
            product[i * columns + j] += a[i * inner + k] * b[k * columns + j];
        return product;
    }
}
