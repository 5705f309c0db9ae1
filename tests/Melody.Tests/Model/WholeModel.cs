using Melody.Models;
using Melody.Weights;

namespace Melody.Tests.Model;

/// <summary>What holds for every model of the repository.</summary>
internal static class WholeModel
{
    /// <summary>All five parts are there, trained, with the hashes that the folder names, and no larger than allowed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="largest">Bytes of all its files.</param>
    /// <param name="autoencoder">Name of the kind of autoencoder that it has.</param>
    public static void Assert(string path, long largest, string autoencoder)
    {
        var files = new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories);
        Xunit.Assert.InRange(files.Sum(f => f.Length), 1, largest);
        Xunit.Assert.Contains(files, f => f.Name == "README.md");
        var folder = ModelFolder.Open(path);
        folder.RequireTrained();
        Xunit.Assert.Equal(
            new[]
            {
                autoencoder,
                Parts.Denoiser.Name,
                Parts.JointEmbedding.Name,
                Parts.SemanticLanguageModel.Name,
                Parts.SemanticTokenizer.Name,
            }.Order(),
            folder.Manifest.Parts.Keys.Order()
        );
        foreach (var part in folder.Manifest.Parts.Keys)
            folder.OpenWeights(part).Dispose(); // compares hashes
    }
}
