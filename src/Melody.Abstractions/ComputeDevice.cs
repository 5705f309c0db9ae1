namespace Melody;

/// <summary>Where the networks run.</summary>
public enum ComputeDevice
{
    /// <summary>A CUDA GPU when there is one that works, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>A CUDA GPU; an error where there is none.</summary>
    Cuda,
}
