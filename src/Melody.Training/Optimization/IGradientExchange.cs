using static TorchSharp.torch;

namespace Melody.Training.Optimization;

/// <summary>
/// Where data parallelism will enter: after the backward pass each bucket's flat gradient is averaged over all
/// processes. Rank and world size follow torchrun's variables.
/// </summary>
internal interface IGradientExchange
{
    /// <summary>This process, 0 .. <see cref="WorldSize"/> - 1.</summary>
    int Rank { get; }

    /// <summary>How many processes train together.</summary>
    int WorldSize { get; }

    /// <summary>Replaces a flat gradient by its mean over the processes, in place.</summary>
    void Average(Tensor flatGradient);
}

/// <summary>One process: the gradient is its own mean.</summary>
internal sealed class SingleProcess : IGradientExchange
{
    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int WorldSize => 1;

    /// <inheritdoc/>
    public void Average(Tensor flatGradient) { }

    /// <summary>The exchange for a process that torchrun's WORLD_SIZE describes; several processes are refused, as that is not built yet.</summary>
    public static IGradientExchange For(string? worldSize) =>
        int.TryParse(worldSize, out int size) && size > 1
            ? throw new MelodyException(
                $"WORLD_SIZE is {size}, but training over several processes is not built yet; unset it to train in one process."
            )
            : new SingleProcess();
}
