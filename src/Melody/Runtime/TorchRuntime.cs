using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>
/// Prepares libtorch once per process: which copy of it is loaded, how its memory is kept, how many threads it uses.
/// Every door into the library calls <see cref="Initialize"/> before the first tensor.
/// </summary>
internal static class TorchRuntime
{
    /// <summary>The environment variable that names a folder with another libtorch (a Python install's <c>torch/lib</c>).</summary>
    public const string LibTorchVariable = "MELODY_LIBTORCH";

    /// <summary>The runtimes that libtorch's packages are for.</summary>
    private static readonly string[] Supported = ["linux-x64", "win-x64", "osx-arm64"];

    private static readonly Lazy<bool> Ready = new(Prepare);

    /// <summary>Runs the preparation on the first call; later calls do nothing.</summary>
    /// <exception cref="MelodyException">
    /// The folder named by <see cref="LibTorchVariable"/> holds no usable libtorch, or there is none for this machine.
    /// </exception>
    public static void Initialize() => _ = Ready.Value;

    /// <summary>The folder whose libtorch was asked for, or null for the one that came with the package.</summary>
    public static string? LibTorchFolder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable(LibTorchVariable);
            return string.IsNullOrWhiteSpace(folder) ? null : folder;
        }
    }

    private static bool Prepare()
    {
        KeepFreedMemory();
        if (LibTorchFolder is { } folder)
            LoadLibTorch(folder);
        LoadTorchSharp();
        SilenceWarnings();
        return true;
    }

    private static void LoadTorchSharp()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or EntryPointNotFoundException
                        or BadImageFormatException
                        or NotSupportedException
                        or TypeInitializationException
            )
        {
            throw new MelodyException(
                Supported.Contains(Platform)
                    ? $"libtorch does not load; publish the program for {Platform} with all its libraries, or name another libtorch in "
                        + $"{LibTorchVariable} ({FirstLine((e.InnerException ?? e).Message)})."
                    : $"libtorch is not available for {Platform}: Melody runs on {string.Join(", ", Supported[..^1])} and {Supported[^1]}.",
                e
            );
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim().TrimEnd('.');

    private static string Platform =>
        (
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux"
        ) + $"-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    // glibc hands every large block back to the kernel and faults it in again for the next tensor of the same size;
    // keeping the blocks makes training steps on a CPU several times faster.
    private static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int trimThreshold = -1,
            topPad = -2,
            mmapMax = -4;
        try
        {
            _ = MallOpt(mmapMax, 0);
            _ = MallOpt(trimThreshold, -1);
            _ = MallOpt(topPad, 256 << 20);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException) { } // musl: no such knobs
    }

    // libtorch warns on every start that NNPACK, which it does not need, does not know the processor. Its log level is
    // read from the environment by c10::initLogging, which only Python calls.
    private static unsafe void SilenceWarnings()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var c10 = LibTorchFolder is { } folder ? Path.Combine(folder, "libc10.so") : "c10";
        if (
            !NativeLibrary.TryLoad(c10, Assembly.GetExecutingAssembly(), null, out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN3c1011initLoggingEv", out var initLogging)
        )
            return;
        _ = SetEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR", overwrite: 0);
        ((delegate* unmanaged<void>)initLogging)();
    }

    // the dynamic linker reuses a library that is already loaded under the same name, so loading these first decides
    // which libtorch TorchSharp's own glue library binds to.
    private static void LoadLibTorch(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "libtorch_cpu.so")))
            throw new MelodyException(
                $"{LibTorchVariable} is '{folder}', but there is no libtorch_cpu.so in it; give the torch/lib folder of a PyTorch install."
            );
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                continue;
            try
            {
                NativeLibrary.Load(path, Assembly.GetExecutingAssembly(), DllImportSearchPath.UseDllDirectoryForDependencies);
            }
            catch (DllNotFoundException e)
            {
                throw new MelodyException($"{path} does not load: {e.Message}", e);
            }
        }
        SonameStandIn.Load("torch_cpu.so"); // or TorchSharp would load the packaged one as well
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int MallOpt(int parameter, int value);

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
