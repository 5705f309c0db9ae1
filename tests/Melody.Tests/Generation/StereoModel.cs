using Melody.Models;
using Melody.Nn;
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
            Set(writer, Parts.MagnitudeAutoencoder, Parts.MagnitudeAutoencoder.Config("test"));
            Set(writer, Parts.JointEmbedding, Parts.JointEmbedding.Config("test"));
            Set(writer, Parts.SemanticTokenizer, Parts.SemanticTokenizer.Config("test"));
            Set(writer, Parts.SemanticLanguageModel, Parts.SemanticLanguageModel.Config("test"));
            Set(writer, Parts.Denoiser, Parts.Denoiser.Config("test") with { LatentChannels = 8 });
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

    private static void Set<TConfig, TModule>(ModelFolderWriter writer, Part<TConfig, TModule> part, TConfig config)
        where TConfig : notnull
        where TModule : TorchSharp.torch.nn.Module
    {
        using var parameters = ParameterFactory.Random(1);
        using var network = part.Create(config, parameters);
        writer.SetPart(part.Name, config, network, trained: true, assets: part.AssetsOf(network));
    }
}
