using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Parts;

/// <summary>Networks for training and the finished ones that they build on.</summary>
internal static class TrainedPart
{
    /// <summary>A new network whose values are drawn on the CPU from a seed: the same on every device.</summary>
    public static T Create<T>(long seed, Device device, Func<ParameterFactory, T> make)
        where T : nn.Module
    {
        using var random = ParameterFactory.Random(seed);
        var drawn = make(random);
        if (device.type == DeviceType.CPU)
            return drawn;
        using (drawn)
        {
            using var empty = ParameterFactory.Empty(device);
            var network = make(empty);
            using var _ = no_grad();
            var values = StateDictionary.Of(drawn);
            foreach (var (name, value) in StateDictionary.Of(network))
                value.copy_(values[name]);
            return network;
        }
    }

    /// <summary>A finished part of a model, set to be used and not trained.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="part">Its part.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="make">Makes the network.</param>
    /// <param name="type">Of its values; null for the one that products run in.</param>
    /// <exception cref="MelodyException">The model lacks the part, or its files are damaged.</exception>
    public static T Load<T>(ModelFolder folder, string part, Device device, Func<ParameterFactory, T> make, ScalarType? type = null)
        where T : nn.Module
    {
        using (var shapes = ParameterFactory.Meta())
        using (var outline = make(shapes))
            folder.RequireFit(part, outline);
        using var parameters = ParameterFactory.Empty(device, type ?? TorchDevice.Precision(device));
        var network = make(parameters);
        try
        {
            folder.Load(part, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        network.eval();
        return network;
    }

    /// <summary>The finished autoencoder of a model.</summary>
    /// <exception cref="MelodyException">The model lacks it, or its files are damaged.</exception>
    public static AudioAutoencoder LoadAutoencoder(ModelFolder folder, Device device) =>
        Load(folder, PartName.Autoencoder, device, p => AudioAutoencoder.Create(folder.Config<AutoencoderConfig>(PartName.Autoencoder), p));

    /// <summary>The finished joint embedding of a model.</summary>
    /// <exception cref="MelodyException">The model lacks it, or its files are damaged.</exception>
    public static JointEmbedding LoadJointEmbedding(ModelFolder folder, Device device) =>
        Load(folder, PartName.JointEmbedding, device, p => new JointEmbedding(
            folder.Config<JointEmbeddingConfig>(PartName.JointEmbedding),
            ModelParts.ReadVocabulary(folder),
            p
        ));

    /// <summary>The finished semantic tokenizer of a model.</summary>
    /// <exception cref="MelodyException">The model lacks it, or its files are damaged.</exception>
    public static SemanticTokenizer LoadSemanticTokenizer(ModelFolder folder, Device device) =>
        Load(folder, PartName.SemanticTokenizer, device, p => new SemanticTokenizer(
            folder.Config<SemanticTokenizerConfig>(PartName.SemanticTokenizer),
            p
        ));
}
