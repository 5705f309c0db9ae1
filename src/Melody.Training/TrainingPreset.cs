using Melody.Presets;

namespace Melody.Training;

/// <summary>How each preset's networks are trained: JSON embedded in this library, one file a stage.</summary>
internal static class TrainingPreset
{
    /// <summary>Reads the options of a stage.</summary>
    /// <param name="preset">paper, mini or test.</param>
    /// <param name="stage">The stage's name on the command line.</param>
    /// <exception cref="MelodyException">There is no such preset.</exception>
    public static T Read<T>(string preset, string stage) => PresetFile.Read<T>(typeof(TrainingPreset).Assembly, "TrainingPresets/", preset, stage);
}
