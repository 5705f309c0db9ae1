using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>From the caller's choice to a device of libtorch, and what is missing where there is none.</summary>
internal static class TorchDevice
{
    private static readonly Lazy<bool> Cuda = new(FindCuda);

    /// <summary>Whether libtorch has CUDA and finds a GPU.</summary>
    public static bool HasCuda => Cuda.Value;

    /// <summary>The device that was chosen.</summary>
    /// <exception cref="MelodyException">CUDA was asked for by name and is not there.</exception>
    public static Device Resolve(ComputeDevice choice)
    {
        TorchRuntime.Initialize();
        return choice switch
        {
            ComputeDevice.Auto => HasCuda ? CUDA : CPU,
            ComputeDevice.Cpu => CPU,
            ComputeDevice.Cuda => HasCuda
                ? CUDA
                : throw new MelodyException($"CUDA was asked for, but {MissingCuda()}; or choose the device cpu."),
            _ => throw new MelodyException($"Unknown device {choice}; valid devices are auto, cpu and cuda."),
        };
    }

    /// <summary>The type that matrix products and convolutions run in on a device.</summary>
    public static ScalarType Precision(Device device) => device.type == DeviceType.CUDA ? ScalarType.BFloat16 : ComputePrecision.Fastest;

    /// <summary>Why there is no CUDA, and what to do about it.</summary>
    public static string MissingCuda()
    {
        if (TorchRuntime.LibTorchFolder is not { } folder)
            return $"the libtorch that comes with Melody runs on the CPU only: set {TorchRuntime.LibTorchVariable} to the torch/lib "
                + $"folder of a PyTorch {LibTorchVersion} install with CUDA";
        return File.Exists(Path.Combine(folder, "libtorch_cuda.so"))
            ? $"the libtorch in '{folder}' finds no GPU: check that nvidia-smi lists one and that its driver is new enough"
            : $"the libtorch in '{folder}' has no libtorch_cuda.so: set {TorchRuntime.LibTorchVariable} to the torch/lib folder of "
                + $"a PyTorch {LibTorchVersion} install with CUDA";
    }

    /// <summary>The version of libtorch that this TorchSharp was built against.</summary>
    public static string LibTorchVersion => "2.10";

    private static bool FindCuda()
    {
        TorchRuntime.Initialize();
        // without libtorch_cuda TorchSharp would search the whole disk layout of the package and throw
        if (
            OperatingSystem.IsLinux()
            && TorchRuntime.LibTorchFolder is { } folder
            && !File.Exists(Path.Combine(folder, "libtorch_cuda.so"))
        )
            return false;
        try
        {
            return cuda.is_available();
        }
        catch (Exception e)
            when (e is NotSupportedException or DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            return false;
        }
    }
}
