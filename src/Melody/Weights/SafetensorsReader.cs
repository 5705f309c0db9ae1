using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// Reads a safetensors file: eight bytes with the length of the header (little endian), the header
/// (<see cref="SafetensorsHeader"/>), then the tensors' bytes, row-major and little endian. The file is memory-mapped, so
/// that opening it costs nothing and each tensor is copied once. Safe for use by several threads.
/// </summary>
internal sealed unsafe class SafetensorsReader : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafetensorsHeader _header;
    private readonly byte* _data;

    private SafetensorsReader(string path, MemoryMappedFile file, long length)
    {
        (Path, _file) = (path, file);
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += _view.PointerOffset;
        try
        {
            ulong header = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, 8));
            if (header > SafetensorsHeader.MaximumLength)
                throw SafetensorsHeader.Refuse(path, $"it claims a header of {header} bytes");
            long headerEnd = 8 + (long)header;
            if (headerEnd > length)
                throw SafetensorsHeader.Refuse(path, $"it claims a header of {header} bytes, but only {length - 8} follow");
            var json = new ReadOnlySpan<byte>(start + 8, (int)header).ToArray();
            _header = SafetensorsHeader.Parse(json, length - headerEnd, path);
            _data = start + headerEnd;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Of the file.</summary>
    public string Path { get; }

    /// <summary>The tensors, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The free text of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="MelodyException">The file is missing, unreadable or breaks the format.</exception>
    public static SafetensorsReader Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = stream.Length;
            if (length < 8)
                throw SafetensorsHeader.Refuse(path, $"it has only {length} bytes");
            var file = MemoryMappedFile.CreateFromFile(
                stream,
                null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: false
            );
            try
            {
                return new(path, file, length);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MelodyException($"The file '{path}' does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A copy of a tensor, in the type and shape of the file, on the CPU.</summary>
    /// <exception cref="MelodyException">The tensor does not exist.</exception>
    public Tensor Read(string name)
    {
        if (!Entries.TryGetValue(name, out var entry))
            throw new MelodyException($"'{Path}' holds no tensor '{name}'.");
        var result = empty([.. entry.Shape], entry.Type);
        if (entry.Count == 0)
            return result;
        using var flat = result.view(-1);
        long done = 0;
        const long chunk = 1 << 24; // elements: a span cannot be longer than 2^31 bytes
        while (done < entry.Count)
        {
            long count = Math.Min(chunk, entry.Count - done);
            using var part = flat.narrow(0, done, count);
            int size = SafetensorsType.Size(entry.Type);
            new ReadOnlySpan<byte>(_data + entry.Begin + done * size, checked((int)(count * size))).CopyTo(part.bytes);
            done += count;
        }
        return result;
    }

    /// <summary>Copies bytes of a tensor as they lie in the file, without reading the rest of it.</summary>
    /// <param name="name">Of the tensor.</param>
    /// <param name="offset">First byte, counted from the tensor's own.</param>
    /// <param name="destination">Receives as many bytes as it holds.</param>
    /// <exception cref="MelodyException">The tensor does not exist.</exception>
    public void CopyBytes(string name, long offset, Span<byte> destination)
    {
        if (!Entries.TryGetValue(name, out var entry))
            throw new MelodyException($"'{Path}' holds no tensor '{name}'.");
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, entry.End - entry.Begin - destination.Length);
        new ReadOnlySpan<byte>(_data + entry.Begin + offset, destination.Length).CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle is { IsClosed: false } handle)
            handle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
