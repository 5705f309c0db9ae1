using System.Reflection;
using System.Runtime.InteropServices;
using Melody.Runtime;
using TorchSharp;

namespace Melody.Cli.Diagnosis;

/// <summary>A device that networks may run on.</summary>
/// <param name="Name">As <c>--device</c> takes it.</param>
/// <param name="Available">Whether it is there.</param>
/// <param name="Detail">Its name, or what is missing.</param>
internal sealed record DeviceReport(string Name, bool Available, string Detail);

/// <summary>Memory of the machine, bytes.</summary>
/// <param name="TotalBytes">All there is, or all that this process may use.</param>
/// <param name="FreeBytes">What programs can have now.</param>
internal sealed record MemoryReport(long TotalBytes, long FreeBytes);

/// <summary>What <c>melody doctor</c> finds.</summary>
/// <param name="Version">Of Melody.</param>
/// <param name="Runtime">Of .NET.</param>
/// <param name="System">The operating system.</param>
/// <param name="Architecture">Of the processor.</param>
/// <param name="Libtorch">The tensor library.</param>
/// <param name="Devices">Where networks may run.</param>
/// <param name="Bfloat16">Whether the CPU multiplies bfloat16 in hardware.</param>
/// <param name="Threads">Threads that libtorch uses.</param>
/// <param name="Memory">Of the machine.</param>
/// <param name="Model">The model that would be used.</param>
/// <param name="Tools">Libraries and programs that are not part of Melody.</param>
internal sealed record MachineReport(
    string Version,
    string Runtime,
    string System,
    string Architecture,
    LibTorchReport Libtorch,
    IReadOnlyList<DeviceReport> Devices,
    bool Bfloat16,
    int Threads,
    MemoryReport Memory,
    ModelReport Model,
    IReadOnlyList<NativeTool> Tools
)
{
    /// <summary>Looks at this machine.</summary>
    public static MachineReport Make(int? threads, string? model)
    {
        var libtorch = LibTorchReport.Make();
        if (libtorch.Usable && threads is { } count)
            torch.set_num_threads(count);
        return new(
            typeof(MachineReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
                ?? "unknown",
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture.ToString(),
            libtorch,
            [Cpu(), Cuda(libtorch)],
            ComputePrecision.HasBFloat16(),
            libtorch.Usable ? torch.get_num_threads() : 0,
            MemoryOf(),
            ModelReport.Make(model),
            NativeTool.FindAll()
        );
    }

    private static DeviceReport Cpu() =>
        new("cpu", true, $"{ProcessorName()}, {Environment.ProcessorCount} core{(Environment.ProcessorCount == 1 ? "" : "s")}");

    private static DeviceReport Cuda(LibTorchReport libtorch)
    {
        if (!libtorch.Usable)
            return new("cuda", false, "libtorch does not load");
        return TorchDevice.HasCuda
            ? new("cuda", true, $"{torch.cuda.device_count()} GPU{(torch.cuda.device_count() == 1 ? "" : "s")}")
            : new("cuda", false, TorchDevice.MissingCuda());
    }

    private static string ProcessorName()
    {
        var line = Lines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static MemoryReport MemoryOf()
    {
        var gc = GC.GetGCMemoryInfo();
        long free = gc.TotalAvailableMemoryBytes - gc.MemoryLoadBytes;
        var line = Lines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        if (line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out long kibibytes))
            free = Math.Min(kibibytes * 1024, gc.TotalAvailableMemoryBytes);
        return new(gc.TotalAvailableMemoryBytes, free);
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
