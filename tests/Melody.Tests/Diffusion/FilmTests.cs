using Melody.Diffusion;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>Feature-wise modulation against its formula.</summary>
public sealed class FilmTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ModulatesEveryColumnOfItsSegment(int layers)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var film = Fill(new Film(6, layers, ParameterFactory.Random(1)));
        var state = State(film);
        double[,] Perceptron(double[,] x, string name) =>
            layers == 1
                ? PlainMath.Linear(x, state[$"{name}.weight"], state[$"{name}.bias"])
                : PlainMath.Linear(
                    PlainMath.Map(PlainMath.Linear(x, state[$"{name}.inner.weight"], state[$"{name}.inner.bias"]), PlainMath.Gelu),
                    state[$"{name}.outer.weight"],
                    state[$"{name}.outer.bias"]
                );
        var actual = film.forward(FixedValues.Tensor(1, 3, 4, 6), FixedValues.Tensor(2, 3, 1, 6));
        for (int s = 0; s < 3; s++)
        {
            double[,] x = Matrix(FixedValues.Tensor(1, 3, 4, 6)[s]),
                m = Matrix(FixedValues.Tensor(2, 3, 1, 6)[s]);
            double[,] scale = Perceptron(m, "scale"),
                shift = Perceptron(m, "shift");
            for (int k = 0; k < 4; k++)
            for (int i = 0; i < 6; i++)
                x[k, i] = x[k, i] * scale[0, i] + shift[0, i];
            AssertClose(Perceptron(x, "output"), actual[s]);
        }
    }
}
