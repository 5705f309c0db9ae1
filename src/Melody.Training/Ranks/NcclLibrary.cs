using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Melody.Training.Ranks;

/// <summary>The few functions of NVIDIA's NCCL that training needs.</summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>Bytes of what ranks need to find each other.</summary>
    public const int IdBytes = 128;

    // of ncclDataType_t
    private const int Byte = 1;

    /// <summary>ncclFloat32.</summary>
    public const int Float = 7;

    /// <summary>ncclFloat64.</summary>
    public const int Double = 8;

    private const int SumOperation = 0;

    private readonly delegate* unmanaged<Id*, int> _newId;
    private readonly delegate* unmanaged<nint*, int, Id, int, int> _begin;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> _broadcast;
    private readonly delegate* unmanaged<int, byte*> _errorString;
    private readonly delegate* unmanaged<nint, int> _end;
    private nint _communicator;

    private NcclLibrary(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, name);
        _newId = (delegate* unmanaged<Id*, int>)Find("ncclGetUniqueId");
        _begin = (delegate* unmanaged<nint*, int, Id, int, int>)Find("ncclCommInitRank");
        _allReduce = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Find("ncclAllReduce");
        _broadcast = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Find("ncclBroadcast");
        _errorString = (delegate* unmanaged<int, byte*>)Find("ncclGetErrorString");
        _end = (delegate* unmanaged<nint, int>)Find("ncclCommDestroy");
    }

    /// <summary>Loads the library: the one that the libtorch in use brings along, or the system's.</summary>
    /// <param name="path">In place of these, for tests.</param>
    /// <exception cref="MelodyException">It is missing.</exception>
    public static NcclLibrary Open(string? path = null)
    {
        nint library = 0;
        string?[] candidates = path is not null ? [path] : ["libnccl.so.2", "libnccl.so", InPyTorch()];
        if (!candidates.OfType<string>().Any(candidate => NativeLibrary.TryLoad(candidate, out library)))
            throw new MelodyException(
                "Training over several GPUs needs NCCL, and there is no libnccl.so.2; install the package libnccl2 of NVIDIA, or name a "
                    + "PyTorch that brings it with MELODY_LIBTORCH; --exchange mpi needs none."
            );
        try
        {
            return new(library);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new MelodyException($"The NCCL that is installed cannot be used: {e.Message}", e);
        }
    }

    // PyTorch's packages for Python lie beside each other: torch/lib and nvidia/nccl/lib
    private static string? InPyTorch() =>
        Runtime.TorchRuntime.LibTorchFolder is { } folder
            ? Path.Combine(folder, "..", "..", "nvidia", "nccl", "lib", "libnccl.so.2")
            : null;

    /// <summary>What all ranks have to be told before <see cref="Begin"/>, <see cref="IdBytes"/> bytes; rank 0 makes it.</summary>
    public byte[] NewId()
    {
        Id id = default;
        Require(_newId(&id), "cannot make an identifier");
        return ((ReadOnlySpan<byte>)id).ToArray();
    }

    /// <summary>Begins; waits for all ranks, each of which has a GPU of its own.</summary>
    public void Begin(ReadOnlySpan<byte> id, int rank, int size)
    {
        Id value = default;
        id[..IdBytes].CopyTo(value);
        nint communicator;
        Require(_begin(&communicator, size, value, rank), "cannot begin");
        _communicator = communicator;
    }

    /// <summary>Sums over all ranks, in place, in the order of libtorch's own kernels (its default stream).</summary>
    public void Sum(nint values, long count, int type) =>
        Require(_allReduce(values, values, (nuint)count, type, SumOperation, _communicator, 0), "cannot sum over the ranks");

    /// <summary>Gives all ranks what rank 0 has.</summary>
    public void Broadcast(nint values, long bytes) =>
        Require(_broadcast(values, values, (nuint)bytes, Byte, 0, _communicator, 0), "cannot broadcast");

    /// <summary>Ends.</summary>
    public void End() => _ = _end(_communicator);

    private void Require(int code, string what)
    {
        if (code != 0)
            throw new MelodyException($"NCCL {what}: {Marshal.PtrToStringUTF8((nint)_errorString(code)) ?? $"error {code}"}.");
    }

    // ncclUniqueId, which NCCL takes by value
    [InlineArray(IdBytes)]
    private struct Id
    {
        private byte _first;
    }
}
