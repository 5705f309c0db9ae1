using Melody.Models;
using Melody.Weights;

namespace Melody.Cli.Diagnosis;

/// <summary>The model that the verbs would use.</summary>
/// <param name="Usable">Whether it is there and trained.</param>
/// <param name="Folder">Where it lies; null where none is found.</param>
/// <param name="Detail">Its name and place, or what is wrong, a sentence.</param>
internal sealed record ModelReport(bool Usable, string? Folder, string Detail)
{
    /// <summary>Looks for it, without reading its weights.</summary>
    /// <param name="named">The folder that was named; null for the default.</param>
    public static ModelReport Make(string? named)
    {
        string? folder = null;
        try
        {
            folder = Path.GetFullPath(ModelLocation.Resolve(named));
            var manifest = ModelFolder.Open(folder).Manifest;
            return new(
                manifest.Trained,
                folder,
                $"{manifest.Name} in {folder}{(manifest.Trained ? "" : ", which is not trained and makes noise")}"
            );
        }
        catch (MelodyException e)
        {
            return new(false, folder, e.Message);
        }
    }
}
