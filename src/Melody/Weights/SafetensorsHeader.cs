using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// The header of a safetensors file (https://github.com/huggingface/safetensors): a JSON object that gives each tensor's
/// <c>dtype</c>, <c>shape</c> and <c>data_offsets</c>, and free text under <c>__metadata__</c>. Whatever breaks the
/// format's rules is refused: the tensors must fill the bytes behind the header without gap or overlap.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, as in the reference implementation.</summary>
    public const long MaximumLength = 100_000_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private SafetensorsHeader(IReadOnlyDictionary<string, SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata) =>
        (Entries, Metadata) = (entries, metadata);

    /// <summary>The tensors, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The free text of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <param name="json">The header's bytes, without their length.</param>
    /// <param name="dataLength">Bytes in the file behind the header.</param>
    /// <param name="path">Of the file, for messages.</param>
    /// <exception cref="MelodyException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string path)
    {
        if (!Utf8.IsValid(json.Span))
            throw Refuse(path, "its header is not valid UTF-8");
        if (json.Length == 0 || json.Span[0] != (byte)'{')
            throw Refuse(path, "its header does not start with '{'");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, dataLength, path);
        }
        catch (JsonException e)
        {
            throw Refuse(path, $"its header is not valid JSON ({FirstLine(e.Message)})");
        }
        catch (InvalidOperationException)
        {
            throw Refuse(path, "its header holds text that is not valid Unicode");
        }
    }

    /// <summary>The sentence for a file that breaks the format.</summary>
    public static MelodyException Refuse(string path, string reason) =>
        new($"'{path}' is not a usable safetensors file: {reason}; get the file again.");

    private static SafetensorsHeader Read(JsonElement root, long dataLength, string path)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                ReadMetadata(property.Value, metadata, path);
            else
                entries.Add(property.Name, ReadEntry(property.Name, property.Value, path));
        }

        long covered = 0;
        foreach (var entry in entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.End > dataLength)
                throw Refuse(path, $"tensor '{Shorten(entry.Name)}' ends at byte {entry.End} of its data, but there are only {dataLength}");
            if (entry.Begin != covered)
                throw Refuse(
                    path,
                    $"tensor '{Shorten(entry.Name)}' {(entry.Begin < covered ? "overlaps the one before it" : "leaves a gap before it")}"
                );
            covered = entry.End;
        }
        if (covered != dataLength)
            throw Refuse(path, $"its tensors end at byte {covered} of its data, but there are {dataLength}");
        return new(entries, metadata);
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Refuse(path, "its __metadata__ is not an object");
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Refuse(path, "its __metadata__ holds something other than text");
            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement element, string path)
    {
        string tensor = $"tensor '{Shorten(name)}'";
        if (element.ValueKind != JsonValueKind.Object)
            throw Refuse(path, $"{tensor} is not described by an object");
        ScalarType? type = null;
        long[]? shape = null,
            offsets = null;
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case "dtype":
                    var text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                    if (!SafetensorsType.TryParse(text, out var parsed))
                        throw Refuse(path, $"{tensor} has the unknown dtype '{Shorten(text)}'");
                    type = parsed;
                    break;
                case "shape":
                    shape = ReadNumbers(property.Value)
                        ?? throw Refuse(path, $"{tensor} has a shape that is not a list of sizes from 0 to 2^63 - 1");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(property.Value);
                    if (offsets is not [var from, var to] || from > to)
                        throw Refuse(path, $"{tensor} has data_offsets that are not a begin and an end");
                    break;
                default:
                    throw Refuse(path, $"{tensor} has the unknown property '{Shorten(property.Name)}'");
            }
        }
        if (type is null || shape is null || offsets is null)
            throw Refuse(path, $"{tensor} lacks its dtype, shape or data_offsets");
        long length = offsets[1] - offsets[0];
        if (Bytes(shape, SafetensorsType.Size(type.Value)) != length)
            throw Refuse(
                path,
                $"{tensor} of {SafetensorsType.Name(type.Value)} [{Shorten(string.Join(", ", shape))}] does not fill its {length} "
                    + $"bytes exactly"
            );
        return new(name, type.Value, shape, offsets[0], offsets[1]);
    }

    // null when an element is not an integer in 0 .. 2^63 - 1
    private static long[]? ReadNumbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new List<long>();
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
                return null;
            numbers.Add(number);
        }
        return [.. numbers];
    }

    // null when the product overflows
    private static long? Bytes(long[] shape, int size)
    {
        // an empty tensor too has strides, which may not overflow
        UInt128 product = (uint)size;
        foreach (long length in shape.Where(length => length > 0))
        {
            product *= (ulong)length;
            if (product > long.MaxValue)
                return null;
        }
        return shape.Contains(0) ? 0 : (long)product;
    }

    private static string Shorten(string text)
    {
        var clean = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
        return clean.Length <= 60 ? clean : clean[..57] + "...";
    }

    private static string FirstLine(string message) => message.Split('\n', '.')[0].Trim();
}
