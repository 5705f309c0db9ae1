using System.Runtime.InteropServices;
using Melody.Runtime;
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
    // later ones with which all five stages were seen to train and music to be made (docs/guides/gpus-and-clusters.md)
    private static readonly string[] SeenWorking = ["2.11"];

    /// <summary>What is wrong with a pair of versions, a sentence; null where it works.</summary>
    public static string? ProblemOf(string package, string expected, string loaded)
    {
        string minor = MinorOf(loaded);
        if (minor == MinorOf(expected) || SeenWorking.Contains(minor))
            return null;
        return $"TorchSharp {package} belongs to libtorch {expected}, but {loaded} is loaded, and nobody has tried whether they work "
            + $"together; point {TorchRuntime.LibTorchVariable} at a {string.Join(" or ", SeenWorking.Prepend(MinorOf(expected)))}";
    }

    private static string MinorOf(string version) => string.Join('.', version.Split('.').Take(2));

    public static LibTorchReport Make()
    {
        var package = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown";
        try
        {
            TorchRuntime.Initialize(); // before anything of TorchSharp's, which would load the packaged libtorch
            using (var one = torch.ones(1))
                _ = one.item<float>();
        }
        catch (Exception e)
            when (e
                    is MelodyException
                        or DllNotFoundException
                        or NotSupportedException
                        or TypeInitializationException
                        or EntryPointNotFoundException
            )
        {
            return new(
                false,
                package,
                TorchDevice.LibTorchVersion,
                null,
                null,
                e is MelodyException
                    ? e.Message.TrimEnd('.')
                    : $"libtorch does not load: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}"
            );
        }
        var expected = Trim(torch.__version__);
        var file = LoadedFile();
        var loaded = file is null ? null : LoadedVersion(file);
        return new(true, package, expected, loaded, file, loaded is null ? null : ProblemOf(package, expected, loaded));
    }

    private static string? LoadedFile()
    {
        try
        {
            return System
                .IO.File.ReadLines("/proc/self/maps")
                .Select(line => line.IndexOf('/') is > 0 and var at ? line[at..] : "")
                .FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith("libtorch_cpu.so", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // the first four bytes of libtorch's ABI version: major, minor, patch, tweak
    private static unsafe string? LoadedVersion(string file)
    {
        if (
            !NativeLibrary.TryLoad(file, out var library)
            || !NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function)
        )
            return null;
        ulong version = ((delegate* unmanaged<ulong>)function)();
        return $"{version >> 56}.{version >> 48 & 0xff}.{version >> 40 & 0xff}";
    }

    private static string Trim(string version) => string.Join('.', version.Split('.').Take(3));
}
