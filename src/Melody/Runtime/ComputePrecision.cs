using System.Runtime.Intrinsics.X86;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>
/// The precision policy, in one place: parameters are float32 (or bfloat16 once loaded for inference), matrix products
/// and convolutions run in <see cref="Current"/>; the statistics of norms, softmax, losses and STFTs run in float32.
/// TorchSharp has no autocast, so <see cref="Linear"/> and the convolutions ask here.
/// </summary>
internal static class ComputePrecision
{
    [ThreadStatic]
    private static ScalarType? _scoped;

    /// <summary>What this machine does fastest: bfloat16 on a CPU with AVX512-BF16, otherwise float32.</summary>
    public static ScalarType Fastest { get; } = HasBFloat16() ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>
    /// The type of matrix products and convolutions on this thread: the innermost <see cref="Use"/>, or <see cref="Fastest"/>.
    /// </summary>
    public static ScalarType Current => _scoped ?? Fastest;

    /// <summary>Sets <see cref="Current"/> for this thread until the returned scope is disposed.</summary>
    public static Scope Use(ScalarType type)
    {
        var scope = new Scope(_scoped);
        _scoped = type;
        return scope;
    }

    /// <summary>Whether the CPU multiplies bfloat16 matrices in hardware (CPUID leaf 7, sub-leaf 1, EAX bit 5).</summary>
    public static bool HasBFloat16()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported)
            return false;
        if (X86Base.CpuId(7, 0).Eax < 1)
            return false;
        return (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
    }

    /// <summary>Casts to <see cref="Current"/>; the tensor itself when it already has that type.</summary>
    public static Tensor Cast(Tensor tensor) => tensor.dtype == Current ? tensor : tensor.to_type(Current);

    /// <summary>Puts back what <see cref="Use"/> replaced.</summary>
    public readonly struct Scope(ScalarType? previous) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => _scoped = previous;
    }
}
