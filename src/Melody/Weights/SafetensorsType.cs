using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>The element types of the safetensors format that libtorch knows: their names in a header and their sizes.</summary>
internal static class SafetensorsType
{
    private static readonly (string Name, ScalarType Type, int Bytes)[] Known =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The type that a header calls <paramref name="name"/>.</summary>
    public static bool TryParse(string name, out ScalarType type)
    {
        foreach (var known in Known)
        {
            if (known.Name != name)
                continue;
            type = known.Type;
            return true;
        }
        type = default;
        return false;
    }

    /// <summary>What a header calls <paramref name="type"/>.</summary>
    /// <exception cref="MelodyException">The format has no such type.</exception>
    public static string Name(ScalarType type) => Find(type).Name;

    /// <summary>Bytes of one element.</summary>
    /// <exception cref="MelodyException">The format has no such type.</exception>
    public static int Size(ScalarType type) => Find(type).Bytes;

    private static (string Name, ScalarType Type, int Bytes) Find(ScalarType type)
    {
        foreach (var known in Known)
            if (known.Type == type)
                return known;
        throw new MelodyException($"A safetensors file cannot hold tensors of type {type}; convert them first.");
    }
}
