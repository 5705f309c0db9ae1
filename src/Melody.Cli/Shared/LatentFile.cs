using System.Globalization;
using System.Runtime.InteropServices;
using Melody.Foundation;
using Melody.Weights;
using TorchSharp;

namespace Melody.Cli.Shared;

/// <summary>
/// Latents of a piece of music as a safetensors file: one tensor <c>latents</c> [frames, channels], float32, and in the
/// metadata what decodes them.
/// </summary>
/// <param name="Latents">The latents.</param>
/// <param name="Samples">Samples of the sound, which may end inside the last frame.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="ModelHash">The hash that equal models share.</param>
/// <param name="Title">Of the music, if it has one.</param>
/// <param name="Recipe">How the music was made, if its file says so.</param>
internal sealed record LatentFile(AudioLatents Latents, long Samples, string Model, string ModelHash, string? Title, string? Recipe)
{
    private const string TensorName = "latents",
        Kind = "melody-latents";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="replace">Whether a file that has it is replaced; otherwise the name is one like it.</param>
    /// <returns>The name that it has.</returns>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public string Write(string path, bool replace = true)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Kind,
            ["rate"] = Latents.Rate.ToString("R", CultureInfo.InvariantCulture),
            ["samples"] = Samples.ToString(CultureInfo.InvariantCulture),
            ["model"] = Model,
            ["modelHash"] = ModelHash,
        };
        if (Title is not null)
            metadata["title"] = Title;
        if (Recipe is not null)
            metadata["recipe"] = Recipe;
        using var tensor = torch.tensor(Latents.Values.ToArray(), [Latents.Frames, Latents.Channels]);
        using var file = AtomicFile.Create(path);
        var tensors = new Dictionary<string, torch.Tensor> { [TensorName] = tensor };
        AtomicFile.Translate(path, () =>
        {
            SafetensorsWriter.Write(file.Stream, tensors, metadata);
            return true;
        });
        if (!replace)
            return file.CommitUnlessTaken();
        file.Commit();
        return path;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MelodyException">The file is missing, damaged, or holds something else.</exception>
    public static LatentFile Read(string path)
    {
        if (Directory.Exists(path))
            throw new MelodyException($"'{path}' is a folder; give a file of latents.");
        using var reader = SafetensorsReader.Open(path);
        var metadata = reader.Metadata;
        if (
            !reader.Entries.TryGetValue(TensorName, out var entry)
            || entry.Shape.Count != 2
            || entry.Type != torch.ScalarType.Float32
            || metadata.GetValueOrDefault("format") != Kind
            || !metadata.TryGetValue("model", out var model)
            || !metadata.TryGetValue("modelHash", out var hash)
            || !double.TryParse(metadata.GetValueOrDefault("rate"), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            || !(rate > 0 && double.IsFinite(rate))
            || !long.TryParse(metadata.GetValueOrDefault("samples"), NumberStyles.None, CultureInfo.InvariantCulture, out long samples)
        )
            throw new MelodyException($"'{path}' holds no latents; give a file that 'melody encode' wrote.");
        if (entry.Shape[0] == 0 || entry.Shape[1] == 0 || samples == 0)
            throw new MelodyException($"'{path}' holds no frames of latents; encode some sound first.");
        if (entry.Shape[0] / rate > GenerationOptions.LongestSeconds + 1)
            throw new MelodyException(
                $"'{path}' holds more than {GenerationOptions.LongestSeconds / 3600} hours of music; decode it in parts."
            );
        using var tensor = reader.Read(TensorName);
        var values = MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
        if (!values.All(float.IsFinite))
            throw new MelodyException($"'{path}' holds latents that are not numbers; it is damaged.");
        return new(
            new(values, (int)entry.Shape[1], rate),
            samples,
            model,
            hash,
            metadata.GetValueOrDefault("title"),
            metadata.GetValueOrDefault("recipe")
        );
    }

    /// <summary>Refuses the latents of another model.</summary>
    /// <exception cref="MelodyException">The hashes differ.</exception>
    public void RequireModel(LoadedModel loaded, string path)
    {
        if (ModelHash != loaded.Model.Hash)
            throw new MelodyException(
                $"'{path}' was encoded by the model '{Model}' ({Short(ModelHash)}), not by '{loaded.Id}' "
                    + $"({Short(loaded.Model.Hash)}); name the model that encoded it with --model."
            );
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
