using Melody.Models;
using Melody.Nn;
using Melody.Weights;

namespace Melody.Tests.Reference;

/// <summary>Parts with random weights in model folders that tests write.</summary>
internal static class RandomParts
{
    /// <summary>Writes a part of these sizes, drawn with the seed 1, and says that it is trained.</summary>
    /// <param name="writer">Of the folder.</param>
    /// <param name="part">Which.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="change">What is changed before it is written; null for nothing.</param>
    public static void SetRandom<TConfig, TModule>(
        this ModelFolderWriter writer,
        Part<TConfig, TModule> part,
        TConfig config,
        Action<TModule>? change = null
    )
        where TConfig : notnull
        where TModule : TorchSharp.torch.nn.Module
    {
        using var parameters = ParameterFactory.Random(1);
        using var network = part.Create(config, parameters);
        change?.Invoke(network);
        writer.SetPart(part.Name, config, network, trained: true, assets: part.AssetsOf(network));
    }
}
