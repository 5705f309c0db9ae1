using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Models;

/// <summary>
/// A part of a model: what model folders, presets and the tool call it, and how its configuration, its network and the files
/// beside its weights are read and made. <see cref="Parts"/> lists them all.
/// </summary>
/// <param name="name">In the names of files and on the command line, for example "semantic-lm".</param>
internal abstract class Part(string name)
{
    /// <summary>In the names of files and on the command line.</summary>
    public string Name => name;

    /// <summary>
    /// Which weights decide how the part of a model encodes music, by their names; null where all of them do. The others may be trained on
    /// while what was encoded stays valid.
    /// </summary>
    /// <exception cref="MelodyException">The model lacks the part, or its configuration cannot be used.</exception>
    public abstract Func<string, bool>? EncodingWeights(ModelFolder folder);

    /// <summary>The configuration of a preset.</summary>
    /// <exception cref="MelodyException">The preset does not exist, or it lacks the part.</exception>
    public abstract object FromPreset(string preset);

    /// <summary>The configuration of the model in a folder.</summary>
    /// <exception cref="MelodyException">The model lacks the part, or its configuration cannot be used.</exception>
    public abstract object FromFolder(ModelFolder folder);

    /// <summary>The network.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="asset">Reads a file beside the weights by its name; null for a network that needs none of them yet.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public abstract nn.Module Create(object config, Func<string, byte[]>? asset, Nn.ParameterFactory parameters);

    /// <summary>The files beside the weights of a network, by name.</summary>
    public abstract IReadOnlyDictionary<string, byte[]> AssetsOf(nn.Module network);

    /// <summary>How many trained numbers a network of this configuration has, from a network without storage.</summary>
    public abstract IReadOnlyList<PartSize> Sizes(object config);

    /// <summary>Reads the files beside the weights in a folder.</summary>
    /// <exception cref="MelodyException">A file that is asked for is missing or damaged.</exception>
    public Func<string, byte[]> Assets(ModelFolder folder) => file => folder.ReadAsset(Name, file);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
