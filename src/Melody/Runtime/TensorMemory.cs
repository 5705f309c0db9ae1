using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>The memory behind tensors, for kernels that are written by hand.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Where a tensor's values lie; valid as long as the tensor lives.</summary>
    public static byte* Data(Tensor tensor) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>The same on any device; the address is the device's own.</summary>
    public static nint Address(Tensor tensor) => Address(tensor.Handle);

    [DllImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static extern nint Address(nint tensor);
}
