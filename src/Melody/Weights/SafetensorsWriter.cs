using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// Writes safetensors files that any implementation reads: the tensors follow each other from the widest element type to
/// the narrowest and by name within one type, behind a header padded with spaces to a multiple of eight bytes, so that
/// every tensor is aligned to the size of its elements.
/// </summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes <paramref name="tensors"/> to a file, whole or not at all.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="tensors">By name; on any device, in any layout.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <param name="type">The type that each tensor gets in the file; its own when not given.</param>
    /// <exception cref="MelodyException">The file cannot be written, or a tensor has a type that the format lacks.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        Func<string, Tensor, ScalarType>? type = null
    ) => AtomicFile.Write(path, stream => Write(stream, tensors, metadata, type));

    /// <summary>Writes <paramref name="tensors"/> to a stream.</summary>
    /// <param name="stream">Takes them.</param>
    /// <param name="tensors">By name; on any device, in any layout.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <param name="type">The type that each tensor gets in the file; its own when not given.</param>
    /// <exception cref="MelodyException">A tensor has a type that the format lacks.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        Func<string, Tensor, ScalarType>? type = null
    )
    {
        var entries = Lay(tensors, type);
        var header = Header(entries, metadata);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var entry in entries)
            WriteTensor(stream, tensors[entry.Name], entry.Type);
    }

    private static List<SafetensorsEntry> Lay(IReadOnlyDictionary<string, Tensor> tensors, Func<string, Tensor, ScalarType>? type)
    {
        if (tensors.ContainsKey("__metadata__"))
            throw new MelodyException("A tensor cannot be named '__metadata__' in a safetensors file.");
        var entries = new List<SafetensorsEntry>();
        long at = 0;
        foreach (
            var (name, tensor, stored) in tensors
                .Select(t => (t.Key, t.Value, Type: type?.Invoke(t.Key, t.Value) ?? t.Value.dtype))
                .OrderByDescending(t => SafetensorsType.Size(t.Type))
                .ThenBy(t => t.Key, StringComparer.Ordinal)
        )
        {
            long end = at + tensor.numel() * SafetensorsType.Size(stored);
            entries.Add(new(name, stored, tensor.shape, at, end));
            at = end;
        }
        return entries;
    }

    private static byte[] Header(List<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", SafetensorsType.Name(entry.Type));
                json.WriteStartArray("shape");
                foreach (long size in entry.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        if (buffer.Length > SafetensorsHeader.MaximumLength)
            throw new MelodyException(
                $"The header of the safetensors file would have {buffer.Length} bytes; split the tensors over several files."
            );
        return buffer.ToArray();
    }

    private static void WriteTensor(Stream stream, Tensor tensor, ScalarType type)
    {
        if (tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        const long chunk = 1 << 22;
        for (long done = 0; done < flat.shape[0]; done += chunk)
        {
            using var inner = NewDisposeScope();
            var part = flat.narrow(0, done, Math.Min(chunk, flat.shape[0] - done));
            stream.Write(part.to_type(type).contiguous().bytes);
        }
    }
}
