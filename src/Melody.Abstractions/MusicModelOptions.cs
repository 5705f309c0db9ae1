namespace Melody;

/// <summary>How a model is loaded.</summary>
public sealed record MusicModelOptions
{
    /// <summary>Where the networks run.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Auto;

    /// <summary>Whether weights may be random numbers: the result is noise, for tests and benchmarks.</summary>
    public bool AllowUntrained { get; init; }

    /// <summary>
    /// Threads that the CPU's part of the work uses, for the whole process; null leaves the choice to libtorch (all cores).
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Adapters that lead the model towards other music; they are added to its weights while it is loaded, in any order, and cost
    /// nothing afterwards.
    /// </summary>
    public IReadOnlyList<MusicAdapter> Adapters { get; init; } = [];
}
