using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Models;

/// <summary>Makes the network of a part.</summary>
/// <param name="config">Its configuration.</param>
/// <param name="asset">Reads a file beside the weights by its name; null where there are none yet.</param>
/// <param name="parameters">Where the parameters come from.</param>
internal delegate TModule MakeNetwork<in TConfig, out TModule>(TConfig config, Func<string, byte[]>? asset, ParameterFactory parameters);

/// <summary>A part of a model with the types of its configuration and its network.</summary>
/// <param name="name">In the names of files and on the command line.</param>
/// <param name="make">Makes the network.</param>
internal sealed class Part<TConfig, TModule>(string name, MakeNetwork<TConfig, TModule> make) : Part(name)
    where TConfig : notnull
    where TModule : nn.Module
{
    /// <summary>The files beside the weights of a network, by name; none by default.</summary>
    public Func<TModule, IReadOnlyDictionary<string, byte[]>> ReadAssets { get; init; } = _ => new Dictionary<string, byte[]>();

    /// <summary>The networks whose sizes are counted, with what is added to the part's name; the whole one by default.</summary>
    public Func<TModule, IReadOnlyList<(string Suffix, nn.Module Network)>> Counted { get; init; } = network => [("", network)];

    /// <summary>Which weights decide how it encodes music, by their names; all of them by default.</summary>
    public Func<TConfig, Func<string, bool>?> EncodedBy { get; init; } = _ => null;

    /// <summary>The configuration of a preset.</summary>
    /// <exception cref="MelodyException">The preset does not exist, or it lacks the part.</exception>
    public TConfig Config(string preset) => PresetFile.Read<TConfig>(preset, Name);

    /// <summary>The configuration of the model in a folder.</summary>
    /// <exception cref="MelodyException">The model lacks the part, or its configuration cannot be used.</exception>
    public TConfig Config(ModelFolder folder) => folder.Config<TConfig>(Name);

    /// <inheritdoc/>
    public override Func<string, bool>? EncodingWeights(ModelFolder folder) => EncodedBy(Config(folder));

    /// <summary>The network.</summary>
    public TModule Create(TConfig config, ParameterFactory parameters, Func<string, byte[]>? asset = null) =>
        make(config, asset, parameters);

    /// <summary>The trained part of a model, set to be used and not trained.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="type">Of its values; null for the one that products run in.</param>
    /// <exception cref="MelodyException">The model lacks the part, or its files are damaged.</exception>
    public TModule Load(ModelFolder folder, Device device, ScalarType? type = null)
    {
        var config = Config(folder);
        using (var shapes = ParameterFactory.Meta())
        using (var outline = Create(config, shapes, Assets(folder)))
            folder.RequireFit(Name, outline);
        using var parameters = ParameterFactory.Empty(device, type ?? TorchDevice.Precision(device));
        return Load(folder, Create(config, parameters, Assets(folder)));
    }

    /// <summary>Fills a network with the weights in a folder, sets it to be used and returns it; disposes of it where that fails.</summary>
    /// <exception cref="MelodyException">The model lacks the part, or its files are damaged.</exception>
    public TModule Load(ModelFolder folder, TModule network)
    {
        try
        {
            folder.Load(Name, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        network.eval();
        return network;
    }

    /// <summary>Puts a trained network with its configuration and files into a model folder, with weights in bfloat16.</summary>
    /// <param name="writer">The folder.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">What is told of its training.</param>
    public void Write(ModelFolderWriter writer, TConfig config, TModule network, object training) =>
        writer.SetPart(Name, config, network, trained: true, ScalarType.BFloat16, training, AssetsOf(network));

    /// <inheritdoc/>
    public override object FromPreset(string preset) => Config(preset);

    /// <inheritdoc/>
    public override object FromFolder(ModelFolder folder) => Config(folder);

    /// <inheritdoc/>
    public override nn.Module Create(object config, Func<string, byte[]>? asset, ParameterFactory parameters) =>
        make((TConfig)config, asset, parameters);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, byte[]> AssetsOf(nn.Module network) => ReadAssets((TModule)network);

    /// <inheritdoc/>
    public override IReadOnlyList<PartSize> Sizes(object config)
    {
        using var parameters = ParameterFactory.Meta();
        using var network = make((TConfig)config, null, parameters);
        return
        [
            .. Counted(network)
                .Select(counted => new PartSize(Name + counted.Suffix, counted.Network.parameters().Sum(values => values.numel()))),
        ];
    }
}
