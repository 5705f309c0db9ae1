using System.Runtime.InteropServices;
using System.Text;

namespace Melody.Runtime;

/// <summary>
/// CUDA C that is compiled when it is first used, by the compiler library (NVRTC) that libtorch's CUDA build brings along,
/// and run by the driver on the stream that libtorch uses, so that it takes its turn among libtorch's own kernels.
/// </summary>
internal sealed unsafe class CudaProgram
{
    private const int ThreadsInBlock = 256,
        ComputeCapabilityMajor = 75,
        ComputeCapabilityMinor = 76;

    private readonly CudaLibraries _libraries;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions = [];

    private CudaProgram(CudaLibraries libraries, nint module) => (_libraries, _module) = (libraries, module);

    /// <summary>Compiles a source that this assembly embeds; null where libtorch brings no compiler or the driver refuses.</summary>
    /// <param name="resource">The source's name.</param>
    public static CudaProgram? TryCompile(string resource)
    {
        if (CudaLibraries.TryOpen() is not { } libraries)
            return null;
        using var stream = typeof(CudaProgram).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"There is no {resource} in this assembly.");
        using var reader = new StreamReader(stream);
        var image = libraries.EnterContext() ? Compile(libraries, reader.ReadToEnd()) : null;
        if (image is null)
            return null;
        nint module;
        fixed (byte* bytes = image)
            if (libraries.LoadModule(&module, bytes) != 0)
                return null;
        return new(libraries, module);
    }

    /// <summary>Runs a kernel over this many threads.</summary>
    /// <param name="name">Of the kernel.</param>
    /// <param name="threads">At least this many; the kernel leaves the rest idle.</param>
    /// <param name="arguments">Addresses as <see cref="nint"/> and numbers as <see cref="int"/>, in the kernel's order.</param>
    /// <exception cref="MelodyException">The driver refuses.</exception>
    public void Run(string name, long threads, params ReadOnlySpan<object> arguments)
    {
        if (!_libraries.EnterContext())
            throw new MelodyException("The GPU's context cannot be entered; run on the CPU instead (--device cpu).");
        var values = stackalloc long[arguments.Length];
        var addresses = stackalloc void*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i] is nint address ? address : (int)arguments[i];
            addresses[i] = values + i;
        }
        int code = _libraries.Launch(
            Function(name),
            (uint)((threads + ThreadsInBlock - 1) / ThreadsInBlock),
            1,
            1,
            ThreadsInBlock,
            1,
            1,
            0,
            0,
            addresses,
            null
        );
        if (code != 0)
            throw new MelodyException($"The GPU refused the kernel {name} (CUDA error {code}); run on the CPU instead (--device cpu).");
    }

    private nint Function(string name)
    {
        lock (_functions)
        {
            if (_functions.TryGetValue(name, out var known))
                return known;
            nint function;
            fixed (byte* text = Text(name))
                if (_libraries.GetFunction(&function, _module, text) is not 0 and var code)
                    throw new InvalidOperationException($"There is no kernel {name} (CUDA error {code}).");
            return _functions[name] = function;
        }
    }

    private static byte[]? Compile(CudaLibraries libraries, string source)
    {
        int major,
            minor;
        if (
            libraries.DeviceAttribute(&major, ComputeCapabilityMajor, 0) != 0
            || libraries.DeviceAttribute(&minor, ComputeCapabilityMinor, 0) != 0
        )
            return null;
        nint program;
        fixed (
            byte* text = Text(source),
                option = Text($"--gpu-architecture=compute_{major}{minor}")
        )
        {
            if (libraries.CreateProgram(&program, text, null, 0, null, null) != 0)
                return null;
            try
            {
                var options = option;
                nuint size;
                if (libraries.CompileProgram(program, 1, &options) != 0 || libraries.PtxSize(program, &size) != 0)
                    return null;
                var image = new byte[size];
                fixed (byte* bytes = image)
                    return libraries.Ptx(program, bytes) == 0 ? image : null;
            }
            finally
            {
                _ = libraries.DestroyProgram(&program);
            }
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

/// <summary>
/// The functions of NVRTC and of the CUDA driver that <see cref="CudaProgram"/> needs; libtorch's <c>libcaffe2_nvrtc</c> depends on both.
/// </summary>
internal sealed unsafe class CudaLibraries
{
    private nint _context;

    private CudaLibraries() { }

    public required delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> CreateProgram { get; init; }
    public required delegate* unmanaged<nint, int, byte**, int> CompileProgram { get; init; }
    public required delegate* unmanaged<nint, nuint*, int> PtxSize { get; init; }
    public required delegate* unmanaged<nint, byte*, int> Ptx { get; init; }
    public required delegate* unmanaged<nint*, int> DestroyProgram { get; init; }
    public required delegate* unmanaged<int*, int, int, int> DeviceAttribute { get; init; }
    public required delegate* unmanaged<nint*, int> GetContext { get; init; }
    public required delegate* unmanaged<nint, int> SetContext { get; init; }
    public required delegate* unmanaged<nint*, int, int> RetainContext { get; init; }
    public required delegate* unmanaged<nint*, byte*, int> LoadModule { get; init; }
    public required delegate* unmanaged<nint*, nint, byte*, int> GetFunction { get; init; }
    public required delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> Launch { get; init; }

    /// <summary>Finds the libraries; null where one is missing.</summary>
    public static CudaLibraries? TryOpen()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var folder = TorchRuntime.LibTorchFolder ?? Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        if (!NativeLibrary.TryLoad(Path.Combine(folder, "libcaffe2_nvrtc.so"), out var library))
            return null;
        try
        {
            return new()
            {
                CreateProgram = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Find("nvrtcCreateProgram"),
                CompileProgram = (delegate* unmanaged<nint, int, byte**, int>)Find("nvrtcCompileProgram"),
                PtxSize = (delegate* unmanaged<nint, nuint*, int>)Find("nvrtcGetPTXSize"),
                Ptx = (delegate* unmanaged<nint, byte*, int>)Find("nvrtcGetPTX"),
                DestroyProgram = (delegate* unmanaged<nint*, int>)Find("nvrtcDestroyProgram"),
                DeviceAttribute = (delegate* unmanaged<int*, int, int, int>)Find("cuDeviceGetAttribute"),
                GetContext = (delegate* unmanaged<nint*, int>)Find("cuCtxGetCurrent"),
                SetContext = (delegate* unmanaged<nint, int>)Find("cuCtxSetCurrent"),
                RetainContext = (delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain"),
                LoadModule = (delegate* unmanaged<nint*, byte*, int>)Find("cuModuleLoadData"),
                GetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find("cuModuleGetFunction"),
                Launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find(
                    "cuLaunchKernel"
                ),
            };
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        // a library's handle also finds what the libraries that it depends on export
        nint Find(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Makes the first GPU's context, the one that libtorch uses, that of this thread.</summary>
    public bool EnterContext()
    {
        nint current;
        if (GetContext(&current) == 0 && current != 0)
            return true;
        nint context = _context;
        if (context == 0 && RetainContext(&context, 0) != 0)
            return false;
        _context = context;
        return SetContext(context) == 0;
    }
}
