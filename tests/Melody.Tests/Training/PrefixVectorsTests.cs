using Melody.Training.Setup;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Prefix vectors keep the neighbourhood of the codebooks.</summary>
public sealed class PrefixVectorsTests
{
    [Fact]
    public void Distances_survive_where_there_are_enough_components()
    {
        using var scope = NewDisposeScope();
        const int levels = 3,
            codes = 20,
            width = 16,
            rank = 4;
        var random = new Random(3);
        Tensor Draw(params long[] shape) =>
            tensor(Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextDouble() - 0.5).ToArray(), shape);
        var codebooks = Draw(levels, codes, rank).matmul(Draw(rank, width)); // all in one subspace
        var projected = PrefixVectors.Project(codebooks, rank);
        Assert.Equal([levels, codes, rank], projected.shape);
        for (int level = 0; level < levels; level++)
        {
            double Distance(Tensor of, int a, int b) => (of[level][a] - of[level][b]).norm().item<double>();
            double scale = Distance(projected, 0, 1) / Distance(codebooks, 0, 1);
            for (int a = 0; a < codes; a++)
            for (int b = 0; b < a; b++)
                Assert.Equal(scale * Distance(codebooks, a, b), Distance(projected, a, b), 1e-6);
        }
        Assert.Equal(0.5, projected[0].std().item<double>(), 1e-6);
        Assert.Equal(0, projected[0].mean([0L]).abs().max().item<double>(), 1e-6);
    }

    [Fact]
    public void The_strongest_direction_is_kept()
    {
        using var scope = NewDisposeScope();
        // codes on a line along (3, 4, 0)/5, with a little noise along z: one component is the place on the line
        var places = Enumerable.Range(0, 8).Select(i => i - 3.5).ToArray();
        var line = tensor(places.SelectMany((p, i) => new[] { 0.6 * p, 0.8 * p, i % 2 == 0 ? 0.01 : -0.01 }).ToArray(), [1, 8, 3]);
        var projected = PrefixVectors.Project(line, 1).flatten().data<double>().ToArray();
        double scale = projected[7] / places[7];
        for (int i = 0; i < 8; i++)
            Assert.Equal(scale * places[i], projected[i], 0.01);
    }
}
