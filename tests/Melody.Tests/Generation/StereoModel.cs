using Melody.Models;
using Melody.Tests.Reference;
using Melody.Weights;

namespace Melody.Tests.Generation;

/// <summary>A small model of random weights that makes 48 kHz stereo: the test preset with the magnitude autoencoder.</summary>
public sealed class StereoModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StereoModel()
    {
        using (var writer = ModelFolderWriter.Create(Folder, "stereo", "test"))
        {
            writer.SetRandom(Parts.MagnitudeAutoencoder, Parts.MagnitudeAutoencoder.Config("test"));
            writer.SetRandom(Parts.JointEmbedding, Parts.JointEmbedding.Config("test"));
            writer.SetRandom(Parts.SemanticTokenizer, Parts.SemanticTokenizer.Config("test"));
            writer.SetRandom(Parts.SemanticLanguageModel, Parts.SemanticLanguageModel.Config("test"));
            writer.SetRandom(Parts.Denoiser, Parts.Denoiser.Config("test") with { LatentChannels = 8 });
            writer.Commit();
        }
        Model = MusicModel.LoadAsync(Folder, new() { Threads = 1 }).GetAwaiter().GetResult();
    }

    /// <summary>Where it lies.</summary>
    public string Folder => _folder["model"];

    /// <summary>Loaded.</summary>
    public MusicModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
