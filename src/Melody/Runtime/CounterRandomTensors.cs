using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>Numbers of a <see cref="CounterRandom"/> as tensors.</summary>
internal static class CounterRandomTensors
{
    /// <summary>A float32 tensor on the CPU with numbers <paramref name="first"/>, first + 1, ... of the normal sequence.</summary>
    /// <param name="random">The sequence.</param>
    /// <param name="first">Index of the first number.</param>
    /// <param name="shape">Of the tensor.</param>
    public static Tensor Normal(this CounterRandom random, ulong first, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        random.FillNormal(values, first);
        return tensor(values, shape);
    }
}
