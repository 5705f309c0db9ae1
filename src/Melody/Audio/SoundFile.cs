using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Melody.Audio;

/// <summary>
/// The C library libsndfile (http://libsndfile.github.io/libsndfile/api.html), found at run time: the few functions
/// that write Ogg Vorbis and MP3 and read rare formats, and its virtual files on top of .NET streams.
/// </summary>
internal static unsafe class SoundFile
{
    internal const int ReadMode = 0x10,
        WriteMode = 0x20;
    internal const int TitleString = 1,
        SoftwareString = 3,
        CommentString = 5;
    internal const int SetCompressionLevel = 0x1301;

    private static readonly Lazy<Functions?> Loaded = new(Load);

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsAvailable => Loaded.Value is not null;

    /// <summary>Its own name and version, such as "libsndfile-1.2.0"; null where it is missing.</summary>
    public static string? Version => Loaded.Value is { } f ? Marshal.PtrToStringUTF8((nint)f.VersionString()) : null;

    /// <summary>What to do when it is missing.</summary>
    public static string InstallHint =>
        OperatingSystem.IsMacOS() ? "install it with: brew install libsndfile"
        : OperatingSystem.IsWindows() ? "put sndfile.dll from https://github.com/libsndfile/libsndfile/releases beside the program"
        : "install it with: apt-get install libsndfile1";

    /// <summary>The functions.</summary>
    /// <exception cref="MelodyException">The library is missing.</exception>
    internal static Functions Native(string what) =>
        Loaded.Value
        ?? throw new MelodyException(
            $"{what} needs the library libsndfile, which is not on this machine; {InstallHint} (WAV, FLAC and Opus files need nothing)."
        );

    internal static VirtualIo StreamCallbacks =>
        new()
        {
            GetLength = &GetLength,
            Seek = &Seek,
            Read = &Read,
            Write = &Write,
            Tell = &Tell,
        };

    private static Functions? Load()
    {
        string[] names =
            OperatingSystem.IsWindows() ? ["sndfile.dll", "libsndfile-1.dll"]
            : OperatingSystem.IsMacOS()
                ? ["libsndfile.1.dylib", "/opt/homebrew/lib/libsndfile.1.dylib", "/usr/local/lib/libsndfile.1.dylib"]
            : ["libsndfile.so.1"];
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, typeof(SoundFile).Assembly, null, out var library))
                return new(library);
        return null;
    }

    /// <summary>SF_INFO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Info
    {
        public long Frames;
        public int SampleRate,
            Channels,
            Format,
            Sections,
            Seekable;
    }

    /// <summary>SF_VIRTUAL_IO; the last argument of each function is a <see cref="GCHandle"/> of a <see cref="StreamHandle"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct VirtualIo
    {
        public delegate* unmanaged[Cdecl]<nint, long> GetLength;
        public delegate* unmanaged[Cdecl]<long, int, nint, long> Seek;
        public delegate* unmanaged[Cdecl]<byte*, long, nint, long> Read;
        public delegate* unmanaged[Cdecl]<byte*, long, nint, long> Write;
        public delegate* unmanaged[Cdecl]<nint, long> Tell;
    }

    /// <summary>
    /// A stream from where it stands on, and what went wrong with it inside a callback, where no exception may pass.
    /// </summary>
    internal sealed class StreamHandle(Stream stream)
    {
        private readonly long _origin = stream.Position;
        public Stream Stream { get; } = stream;
        public long Length => Stream.Length - _origin;
        public long Position
        {
            get => Stream.Position - _origin;
            set => Stream.Position = value + _origin;
        }
        public Exception? Error { get; set; }

        /// <summary>Throws what a callback could not.</summary>
        public void Check()
        {
            if (Error is not { } error)
                return;
            Error = null;
            throw error as IOException ?? new IOException(error.Message, error);
        }
    }

    /// <summary>Entry points of one loaded copy.</summary>
    internal sealed class Functions(nint library)
    {
        public readonly delegate* unmanaged[Cdecl]<VirtualIo*, int, Info*, nint, nint> OpenVirtual = (delegate* unmanaged[Cdecl]<
            VirtualIo*,
            int,
            Info*,
            nint,
            nint>)
            NativeLibrary.GetExport(library, "sf_open_virtual");
        public readonly delegate* unmanaged[Cdecl]<nint, int> Close = (delegate* unmanaged[Cdecl]<nint, int>)
            NativeLibrary.GetExport(library, "sf_close");
        public readonly delegate* unmanaged[Cdecl]<nint, float*, long, long> ReadFloats = (delegate* unmanaged[Cdecl]<
            nint,
            float*,
            long,
            long>)
            NativeLibrary.GetExport(library, "sf_readf_float");
        public readonly delegate* unmanaged[Cdecl]<nint, float*, long, long> WriteFloats = (delegate* unmanaged[Cdecl]<
            nint,
            float*,
            long,
            long>)
            NativeLibrary.GetExport(library, "sf_writef_float");
        public readonly delegate* unmanaged[Cdecl]<nint, long, int, long> SeekFrame = (delegate* unmanaged[Cdecl]<nint, long, int, long>)
            NativeLibrary.GetExport(library, "sf_seek");
        public readonly delegate* unmanaged[Cdecl]<nint, int, void*, int, int> Command = (delegate* unmanaged[Cdecl]<
            nint,
            int,
            void*,
            int,
            int>)
            NativeLibrary.GetExport(library, "sf_command");
        public readonly delegate* unmanaged[Cdecl]<nint, int, byte*, int> SetString = (delegate* unmanaged[Cdecl]<nint, int, byte*, int>)
            NativeLibrary.GetExport(library, "sf_set_string");
        public readonly delegate* unmanaged[Cdecl]<nint, int, byte*> GetString = (delegate* unmanaged[Cdecl]<nint, int, byte*>)
            NativeLibrary.GetExport(library, "sf_get_string");
        public readonly delegate* unmanaged[Cdecl]<nint, byte*> ErrorText = (delegate* unmanaged[Cdecl]<nint, byte*>)
            NativeLibrary.GetExport(library, "sf_strerror");
        public readonly delegate* unmanaged[Cdecl]<byte*> VersionString = (delegate* unmanaged[Cdecl]<byte*>)
            NativeLibrary.GetExport(library, "sf_version_string");

        /// <summary>Opens a stream; 0 when libsndfile refuses it.</summary>
        public nint Open(GCHandle handle, int mode, ref Info info)
        {
            var callbacks = StreamCallbacks; // libsndfile keeps a copy
            fixed (Info* pointer = &info)
                return OpenVirtual(&callbacks, mode, pointer, GCHandle.ToIntPtr(handle));
        }

        /// <summary>What libsndfile says of a file, or of the last one that did not open (0).</summary>
        public string Error(nint file) => (Marshal.PtrToStringUTF8((nint)ErrorText(file)) ?? "unknown error").Trim().TrimEnd('.');
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long GetLength(nint user) => Guard(user, static (file, _, _) => file.Length, 0, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(long offset, int origin, nint user) =>
        Guard(
            user,
            static (file, to, from) =>
            {
                long target =
                    to
                    + (
                        from switch
                        {
                            0 => 0,
                            1 => file.Position,
                            _ => file.Length,
                        }
                    );
                if (target < 0)
                    return -1;
                return file.Position = target;
            },
            offset,
            origin
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Read(byte* data, long count, nint user) =>
        Guard(
            user,
            static (file, address, wanted) =>
                file.Stream.ReadAtLeast(new Span<byte>((void*)(nint)address, (int)wanted), (int)wanted, throwOnEndOfStream: false),
            (nint)data,
            Math.Clamp(count, 0, 1 << 30)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Write(byte* data, long count, nint user) =>
        Guard(
            user,
            static (file, address, given) =>
            {
                file.Stream.Write(new ReadOnlySpan<byte>((void*)(nint)address, (int)given));
                return given;
            },
            (nint)data,
            Math.Clamp(count, 0, 1 << 30)
        );

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Tell(nint user) => Guard(user, static (file, _, _) => file.Position, 0, 0);

    private static long Guard(nint user, Func<StreamHandle, long, long, long> action, long first, long second)
    {
        var handle = (StreamHandle)GCHandle.FromIntPtr(user).Target!;
        try
        {
            return action(handle, first, second);
        }
#pragma warning disable CA1031 // an exception must not cross into C; Check throws it again
        catch (Exception e)
#pragma warning restore CA1031
        {
            handle.Error ??= e;
            return -1;
        }
    }
}
