using System.Runtime.InteropServices;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>Exchange over NCCL: one GPU a rank, of one or of many machines.</summary>
internal sealed class NcclCollectives : ICollectives
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";
    private readonly NcclLibrary _library;

    /// <param name="library">NCCL.</param>
    /// <param name="place">Which rank this is.</param>
    /// <param name="id">What rank 0 made.</param>
    /// <param name="device">The rank's GPU.</param>
    public NcclCollectives(NcclLibrary library, RankPlace place, ReadOnlySpan<byte> id, Device device)
    {
        (_library, Device) = (library, device);
        // the thread's context is that of the GPU from here on
        if (device.type == TorchSharp.DeviceType.CUDA)
            zeros(1, device: device).Dispose();
        library.Begin(id, place.Rank, place.Size);
    }

    /// <inheritdoc/>
    public string Name => "NCCL";

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public void Sum(Tensor values) =>
        _library.Sum(
            TensorMemory.Address(values),
            values.numel(),
            values.dtype == ScalarType.Float64 ? NcclLibrary.Double : NcclLibrary.Float
        );

    /// <inheritdoc/>
    public void Broadcast(Tensor values) => _library.Broadcast(TensorMemory.Address(values), values.numel() * values.element_size());

    /// <inheritdoc/>
    public void Dispose() => _library.End();

    /// <summary>
    /// Leaves of the visible GPUs the one of this rank, before CUDA is first used: libtorch's first GPU is then the rank's own. Slurm does
    /// that itself with <c>--gpus-per-task=1</c>.
    /// </summary>
    public static void ChooseGpu(RankPlace place)
    {
        if (Gpu(Environment.GetEnvironmentVariable(Visible), place.LocalRank) is { } gpu && OperatingSystem.IsLinux())
            _ = setenv(Visible, gpu, 1); // CUDA reads the process' environment, of which .NET has a copy
    }

    /// <summary>The one of the visible GPUs that a rank takes; null where nothing has to change.</summary>
    /// <param name="visible">What CUDA_VISIBLE_DEVICES holds.</param>
    /// <param name="localRank">Of this process.</param>
    /// <exception cref="MelodyException">There are fewer GPUs than processes.</exception>
    public static string? Gpu(string? visible, int localRank)
    {
        if (string.IsNullOrWhiteSpace(visible))
            return localRank.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var gpus = visible.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (gpus.Length == 1)
            return null;
        return localRank < gpus.Length
            ? gpus[localRank]
            : throw new MelodyException(
                $"{Visible} names {gpus.Length} GPUs, and this is process {localRank + 1} on its machine; start one process a GPU."
            );
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int setenv(string name, string value, int overwrite);
}
