using System.Globalization;
using System.Text.Json;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Loop;

/// <summary>
/// The checkpoints of a run: one safetensors file each, with the <see cref="CheckpointState"/> in its metadata, written
/// under a temporary name and renamed. The last two are kept, so a file that cannot be read costs one interval.
/// </summary>
internal sealed class CheckpointStore(string folder)
{
    private const string Pattern = "step-*.safetensors";

    // what a process that was killed while it wrote has left
    private const string Unfinished = ".step-*.tmp";
    private const int Kept = 2;

    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The checkpoints of the training in a run folder.</summary>
    public static CheckpointStore Of(string runFolder) => new(Path.Combine(runFolder, "checkpoints"));

    /// <summary>Whether there is a checkpoint.</summary>
    public bool Any() => Files().Count > 0;

    /// <summary>Writes a checkpoint and removes all but the last two.</summary>
    public void Save(IReadOnlyDictionary<string, Tensor> tensors, CheckpointState state)
    {
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.GetFiles(folder, Unfinished))
            File.Delete(left);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"step-{state.Step:D9}.safetensors"));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["state"] = JsonSerializer.Serialize(state) });
        foreach (var old in Files().SkipLast(Kept))
            File.Delete(old);
    }

    /// <summary>Copies the newest readable checkpoint into <paramref name="tensors"/> and returns where it stands.</summary>
    /// <exception cref="MelodyException">No checkpoint can be read, or it belongs to another network.</exception>
    public CheckpointState Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        MelodyException? first = null;
        foreach (var path in Files().AsEnumerable().Reverse())
        {
            try
            {
                return Load(path, tensors);
            }
            catch (MelodyException e)
            {
                first ??= e;
            }
        }
        throw first ?? new MelodyException($"No checkpoint was found in {folder}.");
    }

    private static CheckpointState Load(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var reader = SafetensorsReader.Open(path);
        CheckpointState? state;
        try
        {
            state = JsonSerializer.Deserialize<CheckpointState>(reader.Metadata.GetValueOrDefault("state", "null"), Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            state = null;
        }
        if (
            state is not { Step: >= 0, Batches: >= 0, Skipped: >= 0, TotalSteps: >= 0, Seconds: >= 0 and < 1e12 }
            || state.Updates.Values.Any(updates => updates < 0)
        )
            throw new MelodyException($"{path} is not a training checkpoint.");
        foreach (var (name, tensor) in tensors)
            if (!reader.Entries.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(tensor.shape))
                throw new MelodyException($"{path} belongs to another network: '{name}' is missing or has another shape.");
        foreach (var (name, tensor) in tensors)
            tensor.copy_(reader.Read(name));
        return state;
    }

    private List<string> Files() => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal)] : [];
}
