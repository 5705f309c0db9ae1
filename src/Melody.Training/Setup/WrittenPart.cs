using System.Text.Json;
using Melody.Foundation;
using Melody.Models;
using Melody.Weights;

namespace Melody.Training.Setup;

/// <summary>
/// Which weights of a model folder a run wrote, kept in its run folder: so that weights that are up to date are not
/// written again (they would be fitted again, and what was encoded with them would be lost), and that an unfinished run
/// does not replace those of another training.
/// </summary>
/// <param name="request">Names both folders.</param>
/// <param name="part">The part of the model.</param>
internal sealed class WrittenPart(TrainingRequest request, Part part)
{
    private const string FileName = "written.json";

    private sealed record Record(string Part, long Step, string Hash);

    private string Path => System.IO.Path.Combine(request.RunFolder, FileName);

    /// <summary>Whether the model holds what the run had learned at a step.</summary>
    public bool IsOf(long step) => InModel() is { } hash && Read() is { } record && record.Hash == hash && record.Step == step;

    /// <summary>Whether the model holds trained weights that another run wrote.</summary>
    public bool IsOfAnotherRun() => InModel() is { } hash && Read()?.Hash != hash;

    /// <summary>Writes the part into the model folder, then notes it in the run folder.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="set">Puts the part into the folder.</param>
    /// <exception cref="MelodyException">The files cannot be written.</exception>
    public void Write(long step, Action<ModelFolderWriter> set)
    {
        string preset = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(request.Preset));
        using (var writer = ModelFolderWriter.UpdateOrCreate(request.ModelFolder, $"melody-{preset}", preset))
        {
            set(writer);
            writer.Commit();
        }
        var record = new Record(part.Name, step, PartHash.Of(ModelFolder.Open(request.ModelFolder).Part(part.Name)));
        AtomicFile.WriteText(Path, JsonSerializer.Serialize(record));
    }

    private bool HasModel => File.Exists(System.IO.Path.Combine(request.ModelFolder, ModelFolder.ConfigName));

    private string? InModel() =>
        HasModel && ModelFolder.Open(request.ModelFolder).Manifest.Parts.TryGetValue(part.Name, out var written) && written.Trained
            ? PartHash.Of(written)
            : null;

    private Record? Read()
    {
        try
        {
            return File.Exists(Path) && JsonSerializer.Deserialize<Record>(File.ReadAllText(Path)) is { } record && record.Part == part.Name
                ? record
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // as if another run had written the weights
        }
    }
}
