using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Melody.Cli.Shared;

/// <summary>The three streams that every process is born with, any of which may be closed.</summary>
internal static partial class StandardStreams
{
    private const string Output = "standard output";
    private const int InputDescriptor = 0,
        GetDescriptorFlags = 1, // F_GETFD
        CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Standard output for text.</summary>
    public static TextWriter OpenText(Func<TextWriter> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StreamWriter(new ClosedStream());
        }
    }

    /// <summary>Standard output for bytes. A pipe that nobody reads any longer is an error: the sound did not arrive.</summary>
    /// <exception cref="MelodyException">It is closed.</exception>
    public static Stream OpenOutput()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                return Console.OpenStandardOutput();
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0);
            // a file's place is shared with the shell, which FileStream would not move on
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MelodyException($"Cannot write to {Output}: {e.Message}", e);
        }
    }

    /// <summary>Standard input for bytes; empty where it is closed.</summary>
    /// <exception cref="MelodyException">It cannot be read, or is somebody's keyboard.</exception>
    public static Stream OpenInput()
    {
        try
        {
            if (IsInputClosed)
                return Stream.Null;
            if (!Console.IsInputRedirected)
                throw new MelodyException("'-' means standard input, and that is the keyboard; pipe some sound into the command.");
            return Console.OpenStandardInput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"Cannot read standard input: {e.Message}", e);
        }
    }

    // A descriptor that a process is born with lacks the flag that closes it when another program takes its place. With standard input
    // closed, descriptor 0 is something that the runtime opened, with the flag: a pipe of its own, into which nobody may ever write.
    private static bool IsInputClosed =>
        !OperatingSystem.IsWindows() && (ControlDescriptor(InputDescriptor, GetDescriptorFlags) & CloseOnExec) != 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int ControlDescriptor(int descriptor, int command); // -1 for one that is closed

    private sealed class ClosedStream : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("it is closed.");
    }
}
