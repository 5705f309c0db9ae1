using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>
/// Exchange over MPI: CPUs of one or of many machines, and GPUs, whose memory passes through the CPU unless MPI is CUDA-aware.
/// </summary>
internal sealed unsafe class MpiCollectives : ICollectives
{
    // elements and bytes that one call exchanges: counts are 32-bit integers
    private const long MostAtOnce = 1 << 28;

    private readonly MpiLibrary _library;

    /// <param name="place">What the environment says.</param>
    /// <exception cref="MelodyException">MPI is missing, or the processes were not started so that they find each other.</exception>
    public MpiCollectives(RankPlace place)
    {
        _library = MpiLibrary.Open();
        var (rank, size) = _library.Begin();
        if ((rank, size) != (place.Rank, place.Size))
            throw new MelodyException(
                $"{place.Launcher} started {place.Size} processes, and MPI finds {size} of them; start with mpirun, or with srun "
                    + $"--mpi=pmix where Slurm has it."
            );
    }

    /// <inheritdoc/>
    public string Name => "MPI";

    /// <inheritdoc/>
    public Device Device => CPU;

    /// <inheritdoc/>
    public void Sum(Tensor values)
    {
        nint type = values.dtype == ScalarType.Float64 ? _library.Double : _library.Float;
        long width = values.dtype == ScalarType.Float64 ? 8 : 4;
        InMemory(values, (data, bytes) =>
        {
            for (long done = 0, count = bytes / width; done < count; done += MostAtOnce)
                _library.Sum((byte*)data + done * width, (int)Math.Min(MostAtOnce, count - done), type);
        });
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values) => InMemory(values, (data, bytes) =>
        {
            for (long done = 0; done < bytes; done += MostAtOnce)
                _library.Broadcast((byte*)data + done, (int)Math.Min(MostAtOnce, bytes - done));
        });

    private void InMemory(Tensor values, Action<nint, long> exchange)
    {
        long bytes = values.numel() * values.element_size();
        if (values.device_type == DeviceType.CPU || _library.TakesGpuMemory)
        {
            if (values.device_type != DeviceType.CPU)
                cuda.synchronize(values.device);
            exchange(TensorMemory.Address(values), bytes);
            return;
        }
        using var copy = values.cpu();
        exchange(TensorMemory.Address(copy), bytes);
        values.copy_(copy);
    }

    /// <inheritdoc/>
    public void Dispose() => _library.End();
}
