namespace Melody.Training.Loop;

/// <summary>Training runs in one process.</summary>
internal static class SingleProcess
{
    /// <summary>torchrun's variable for the number of processes that train together.</summary>
    public const string WorldSize = "WORLD_SIZE";

    /// <summary>Refuses to be one of several processes, which would train the same network over and over.</summary>
    /// <param name="worldSize">What <see cref="WorldSize"/> holds; null where it is not set.</param>
    /// <exception cref="MelodyException">There are several.</exception>
    public static void Require(string? worldSize)
    {
        if (int.TryParse(worldSize, out int size) && size > 1)
            throw new MelodyException($"{WorldSize} is {size}, but training over several processes is not supported; unset it.");
    }
}
