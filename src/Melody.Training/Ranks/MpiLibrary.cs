using System.Runtime.InteropServices;
using System.Text;

namespace Melody.Training.Ranks;

/// <summary>
/// The few functions of MPI that training needs, and the handles of Open MPI, which are addresses of its own variables. Other
/// implementations of MPI number their handles and are refused.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>How Debian and Ubuntu install it.</summary>
    public const string InstallLine = "apt-get install openmpi-bin libopenmpi3";

    // of MPI_Init_thread: only the thread that began calls
    private const int Funneled = 1;
    private const int LongestError = 256;

    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _begin;
    private readonly delegate* unmanaged<nint, int*, int> _rank,
        _size;
    private readonly delegate* unmanaged<nint, nint, int, nint, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<nint, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<int> _end;
    private readonly delegate* unmanaged<int> _cuda;
    private readonly nint _world,
        _sum,
        _returnErrors;

    private MpiLibrary(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, name);
        _begin = (delegate* unmanaged<int*, byte***, int, int*, int>)Find("MPI_Init_thread");
        _rank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        _allReduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, int>)Find("MPI_Allreduce");
        _broadcast = (delegate* unmanaged<nint, int, nint, int, nint, int>)Find("MPI_Bcast");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
        _end = (delegate* unmanaged<int>)Find("MPI_Finalize");
        _cuda = NativeLibrary.TryGetExport(library, "MPIX_Query_cuda_support", out nint cuda) ? (delegate* unmanaged<int>)cuda : null;
        _world = Find("ompi_mpi_comm_world");
        _sum = Find("ompi_mpi_op_sum");
        _returnErrors = Find("ompi_mpi_errors_return");
        (Float, Double, Byte) = (Find("ompi_mpi_float"), Find("ompi_mpi_double"), Find("ompi_mpi_byte"));
    }

    /// <summary>The type of 32-bit floating-point numbers.</summary>
    public nint Float { get; }

    /// <summary>The type of 64-bit floating-point numbers.</summary>
    public nint Double { get; }

    /// <summary>The type of bytes.</summary>
    public nint Byte { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="path">In place of the installed one, for tests.</param>
    /// <exception cref="MelodyException">It is missing, or is not Open MPI's.</exception>
    public static MpiLibrary Open(string? path = null)
    {
        nint library = 0;
        bool found = path is not null
            ? NativeLibrary.TryLoad(path, out library)
            : NativeLibrary.TryLoad("libmpi.so.40", out library) || NativeLibrary.TryLoad("libmpi.so", out library);
        if (!found)
            throw new MelodyException(
                $"Training over several processes on CPUs needs Open MPI, and there is no libmpi.so.40; on Debian or Ubuntu: {InstallLine}."
            );
        try
        {
            return new(library);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new MelodyException(
                $"The MPI library that is installed is not Open MPI's 4, "
                    + $"the one that Melody works with; on Debian or Ubuntu: {InstallLine}.",
                e
            );
        }
    }

    /// <summary>Begins; returns which rank this is, and of how many.</summary>
    public (int Rank, int Size) Begin()
    {
        int provided,
            rank,
            size;
        Require(_begin(null, null, Funneled, &provided), "cannot begin");
        Require(_setErrorHandler(_world, _returnErrors), "cannot begin");
        Require(_rank(_world, &rank), "cannot begin");
        Require(_size(_world, &size), "cannot begin");
        return (rank, size);
    }

    /// <summary>Whether the memory of GPUs may be handed over as it is.</summary>
    public bool TakesGpuMemory => _cuda is not null && _cuda() == 1;

    /// <summary>Sums over all ranks, in place.</summary>
    public void Sum(byte* values, int count, nint type)
    {
        const nint inPlace = 1;
        Require(_allReduce(inPlace, (nint)values, count, type, _sum, _world), "cannot sum over the ranks");
    }

    /// <summary>Gives all ranks what rank 0 has.</summary>
    public void Broadcast(byte* values, int count) => Require(_broadcast((nint)values, count, Byte, 0, _world), "cannot broadcast");

    /// <summary>Ends; waits for all ranks.</summary>
    public void End() => _ = _end();

    private void Require(int code, string what)
    {
        if (code == 0)
            return;
        byte* text = stackalloc byte[LongestError];
        int length = 0;
        string reason = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"error {code}";
        throw new MelodyException($"MPI {what}: {reason}.");
    }
}
