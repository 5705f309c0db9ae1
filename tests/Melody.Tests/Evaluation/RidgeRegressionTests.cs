using Melody.Evaluation.Tokens;

namespace Melody.Tests.Evaluation;

/// <summary>Conjugate gradients find what eliminating unknowns one by one finds.</summary>
public sealed class RidgeRegressionTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(40)]
    public void Coefficients_solve_the_normal_equations(double ridge)
    {
        const int width = 30,
            targets = 3,
            rows = 200;
        var random = new Random(7);
        var regression = new RidgeRegression(width, targets);
        var (design, values) = (new double[rows, width], new double[rows, targets]);
        for (int row = 0; row < rows; row++)
        {
            int[] features = [random.Next(10), 10 + random.Next(10), 20 + random.Next(9)]; // feature 29 never occurs
            foreach (int i in features)
                design[row, i] = 1;
            var told = new double[targets];
            for (int t = 0; t < targets; t++)
                told[t] = values[row, t] = t == 2 ? 0 : random.NextDouble() - 0.3;
            regression.Add(features, told);
        }
        var found = regression.Solve(ridge);
        var predicted = new double[targets];
        for (int t = 0; t < targets; t++)
        {
            var expected = Eliminate(design, values, t, ridge);
            for (int i = 0; i < width; i++)
            {
                Array.Clear(predicted);
                regression.Predict(found, [i], predicted);
                Assert.Equal(expected[i], predicted[t], 1e-6);
            }
        }
    }

    // Gauss and Jordan, on (Xᵀ X + ridge I | Xᵀ y)
    private static double[] Eliminate(double[,] design, double[,] values, int target, double ridge)
    {
        int width = design.GetLength(1);
        var m = new double[width, width + 1];
        for (int i = 0; i < width; i++)
        {
            for (int row = 0; row < design.GetLength(0); row++)
            {
                for (int j = 0; j < width; j++)
                    m[i, j] += design[row, i] * design[row, j];
                m[i, width] += design[row, i] * values[row, target];
            }
            m[i, i] += ridge;
        }
        for (int i = 0; i < width; i++)
        {
            for (int j = width; j >= i; j--)
                m[i, j] /= m[i, i];
            for (int k = 0; k < width; k++)
                if (k != i)
                    for (int j = width; j >= i; j--)
                        m[k, j] -= m[k, i] * m[i, j];
        }
        return [.. Enumerable.Range(0, width).Select(i => m[i, width])];
    }
}
