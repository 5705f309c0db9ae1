using System.Runtime.InteropServices;
using Melody.Nn;
using TorchSharp;

namespace Melody.Cli.Diagnosis;

/// <summary>Which libtorch is loaded and whether it belongs to this TorchSharp.</summary>
/// <param name="Usable">Whether tensors work.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Expected">Version of libtorch that it was built against.</param>
/// <param name="Loaded">Version of libtorch that is loaded, as the library itself says; null where it cannot be asked.</param>
/// <param name="File">The loaded libtorch_cpu; null where the system does not tell.</param>
/// <param name="Problem">What is wrong, a sentence.</param>
internal sealed record LibTorchReport(bool Usable, string TorchSharp, string Expected, string? Loaded, string? File, string? Problem)
{
    public static LibTorchReport Make()
    {
        var package = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown";
        try
        {
            TorchRuntime.Initialize(); // before anything of TorchSharp's, which would load the packaged libtorch
            using (var one = torch.ones(1)) _ = one.item<float>();
        }
        catch (Exception e) when (e is MelodyException or DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException)
        {
            return new(false, package, TorchDevice.LibTorchVersion, null, null, $"libtorch does not load: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}");
        }
        var expected = Trim(torch.__version__);
        var file = LoadedFile();
        var loaded = file is null ? null : LoadedVersion(file);
        bool pair = loaded is null || loaded.Split('.').Take(2).SequenceEqual(expected.Split('.').Take(2));
        return new(true, package, expected, loaded, file,
            pair ? null : $"TorchSharp {package} belongs to libtorch {expected}, but {loaded} is loaded; point {TorchRuntime.LibTorchVariable} at a {expected}");
    }

    private static string? LoadedFile()
    {
        try
        {
            return System.IO.File.ReadLines("/proc/self/maps")
                .Select(line => line.IndexOf('/') is > 0 and var at ? line[at..] : "")
                .FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith("libtorch_cpu.so", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return null; }
    }

    // the first four bytes of libtorch's ABI version: major, minor, patch, tweak
    private static unsafe string? LoadedVersion(string file)
    {
        if (!NativeLibrary.TryLoad(file, out var library) || !NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function)) return null;
        ulong version = ((delegate* unmanaged<ulong>)function)();
        return $"{version >> 56}.{version >> 48 & 0xff}.{version >> 40 & 0xff}";
    }

    private static string Trim(string version) => string.Join('.', version.Split('.').Take(3));
}
