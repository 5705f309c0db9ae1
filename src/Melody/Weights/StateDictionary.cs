using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// The parameters and buffers of a network to and from a safetensors file, under the names they are registered with.
/// Loading is strict: every name and every shape has to agree.
/// </summary>
internal static class StateDictionary
{
    /// <summary>
    /// Every parameter and buffer once, under the first of its names: TorchSharp registers the fields of a submodule a
    /// second time, under the names of the fields.
    /// </summary>
    public static IReadOnlyDictionary<string, Tensor> Of(nn.Module module)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        return module.state_dict().Where(entry => seen.Add(entry.Value)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Fills a network from a file; each value takes the type and device that the network gave it.</summary>
    /// <exception cref="MelodyException">The file does not fit the network; the sentence lists what differs.</exception>
    public static void Load(nn.Module module, SafetensorsReader file)
    {
        var state = Of(module);
        RequireFit(state, file);
        using var _ = no_grad();
        foreach (var (name, value) in state)
        {
            using var stored = file.Read(name);
            value.copy_(stored);
        }
    }

    /// <summary>Compares the names and shapes of a network, which may be without storage, with those of a file.</summary>
    /// <exception cref="MelodyException">The file does not fit the network; the sentence lists what differs.</exception>
    public static void RequireFit(nn.Module module, SafetensorsReader file) => RequireFit(Of(module), file);

    private static void RequireFit(IReadOnlyDictionary<string, Tensor> state, SafetensorsReader file)
    {
        var differences = Differences(state, file.Entries).ToList();
        if (differences.Count == 0)
            return;
        string listed = string.Join("; ", differences.Take(8)) + (differences.Count > 8 ? $"; and {differences.Count - 8} more" : "");
        throw new MelodyException($"The weights in '{file.Path}' do not fit the network that its configuration describes: {listed}.");
    }

    /// <summary>
    /// Copies the values of a network into those of the same names of another, perhaps on another device or in another type.
    /// </summary>
    /// <param name="source">Whose values; it may lack some of the other's, or have them in another shape, which stay as they are.</param>
    /// <param name="target">Takes them.</param>
    public static void Copy(nn.Module source, nn.Module target)
    {
        using var _ = no_grad();
        var values = Of(target);
        foreach (var (name, value) in Of(source))
            if (values[name].shape.SequenceEqual(value.shape))
                values[name].copy_(value);
    }

    /// <summary>
    /// Writes a network to a file. Parameters with two axes or more are stored as <paramref name="matrixType"/>, or as they
    /// are where that is null; where that is a type of 16 bits, codebooks (buffers with two axes or more) are stored as
    /// float16, which keeps eleven bits of each value. Vectors keep their own type.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be written.</exception>
    public static void Save(
        nn.Module module,
        string path,
        ScalarType? matrixType = ScalarType.Float32,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => AtomicFile.Write(path, stream => Save(module, stream, matrixType, metadata));

    /// <inheritdoc cref="Save(nn.Module, string, ScalarType?, IReadOnlyDictionary{string, string}?)"/>
    public static void Save(
        nn.Module module,
        Stream stream,
        ScalarType? matrixType = ScalarType.Float32,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        var matrices = module.named_parameters().Where(p => p.parameter.dim() >= 2).Select(p => p.name).ToHashSet(StringComparer.Ordinal);
        SafetensorsWriter.Write(stream, Of(module), metadata, (name, value) => matrixType is { } type && matrices.Contains(name) ? type
            : matrixType is ScalarType.BFloat16 or ScalarType.Float16 && value.dtype == ScalarType.Float32 && value.dim() >= 2
                ? ScalarType.Float16
            : value.dtype);
    }

    private static IEnumerable<string> Differences(
        IReadOnlyDictionary<string, Tensor> state,
        IReadOnlyDictionary<string, SafetensorsEntry> entries
    )
    {
        foreach (var (name, value) in state.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (!entries.TryGetValue(name, out var entry))
                yield return $"'{name}' is missing";
            else if (!entry.Shape.SequenceEqual(value.shape))
                yield return $"'{name}' is [{string.Join(", ", entry.Shape)}] and should be [{string.Join(", ", value.shape)}]";
        }
        foreach (var name in entries.Keys.Where(n => !state.ContainsKey(n)).Order(StringComparer.Ordinal))
            yield return $"'{name}' is not expected";
    }
}
