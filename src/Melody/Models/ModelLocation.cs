using Melody.Weights;

namespace Melody.Models;

/// <summary>Finds the model folder when none is named.</summary>
internal static class ModelLocation
{
    /// <summary>The environment variable that names the model folder.</summary>
    public const string Variable = "MELODY_MODEL";

    private const string Package = "Melody.Models.Mini";

    /// <summary>Where the model that ships lies, below the program's folder or a folder above it or the current one.</summary>
    public static string DefaultFolder { get; } = Path.Combine("models", "mini");

    /// <summary>
    /// The folder that was named; else the one in <see cref="Variable"/>; else <see cref="DefaultFolder"/> next to the
    /// program, or in the current folder or any above either.
    /// </summary>
    /// <exception cref="MelodyException">None was named and none was found.</exception>
    public static string Resolve(string? named)
    {
        if (named is not null)
            return named;
        if (Environment.GetEnvironmentVariable(Variable) is { } variable && !string.IsNullOrWhiteSpace(variable))
            return variable;
        return Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory())
            ?? throw new MelodyException(
                $"No trained model was found: add the package {Package} to the program ('dotnet add package {Package}'), name "
                    + $"a model's folder, set {Variable}, or put one into {DefaultFolder} in this folder or one above it; 'melody "
                    + $"train' trains one, and --untrained makes noise on purpose."
            );
    }

    /// <summary>The first <see cref="DefaultFolder"/> with a model, in or above the given folders.</summary>
    public static string? Find(params string[] starts)
    {
        foreach (var start in starts)
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, DefaultFolder);
                if (File.Exists(Path.Combine(candidate, ModelFolder.ConfigName)))
                    return candidate;
            }
        }
        return null;
    }
}
