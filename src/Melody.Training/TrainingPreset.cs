using Melody.Weights;

namespace Melody.Training;

/// <summary>How each preset's networks are trained: JSON embedded in this library, one file a stage.</summary>
internal static class TrainingPreset
{
    /// <summary>Reads the options of a stage.</summary>
    /// <param name="preset">paper, mini or test.</param>
    /// <param name="stage">The stage's name on the command line.</param>
    /// <exception cref="MelodyException">There is no such preset.</exception>
    public static T Read<T>(string preset, string stage)
    {
        using var stream = typeof(TrainingPreset).Assembly.GetManifestResourceStream($"TrainingPresets/{preset}/{stage}.json")
            ?? throw new MelodyException($"There is no preset '{preset}' to train the {stage} with; use paper, mini or test.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var what = $"The training preset {preset}/{stage}";
        return ConfigJson.Read<T>(ConfigJson.Parse(memory.ToArray(), what), what);
    }
}
