using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Presets;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Models;

/// <summary>The autoencoder of a model folder, of either kind, ready to encode and decode.</summary>
internal sealed class LoadedCodec : IDisposable
{
    private readonly nn.Module _network;

    private LoadedCodec(Part part, nn.Module network, ISoundCodec codec) => (Part, _network, Codec) = (part, network, codec);

    /// <summary>Which part of the model it is.</summary>
    public Part Part { get; }

    /// <summary>Sound to latents and back.</summary>
    public ISoundCodec Codec { get; }

    /// <summary>
    /// The part of a model that turns sound into latents: the waveform autoencoder, or where it has none the magnitude autoencoder.
    /// </summary>
    public static Part PartOf(ModelFolder folder) =>
        !folder.Manifest.Parts.ContainsKey(Parts.Autoencoder.Name) && folder.Manifest.Parts.ContainsKey(Parts.MagnitudeAutoencoder.Name)
            ? Parts.MagnitudeAutoencoder
            : Parts.Autoencoder;

    /// <inheritdoc cref="PartOf(ModelFolder)"/>
    public static Part PartOf(string preset) =>
        !PresetFile.Has(preset, Parts.Autoencoder.Name) && PresetFile.Has(preset, Parts.MagnitudeAutoencoder.Name)
            ? Parts.MagnitudeAutoencoder
            : Parts.Autoencoder;

    /// <summary>The codec of a network of either part.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decodedSeconds">Seconds that are decoded at a time: a stream waits for these.</param>
    public static ISoundCodec Of(nn.Module network, double decodedSeconds = 2) =>
        network is MagnitudeAutoencoder magnitudes
            ? new MagnitudeCodec(magnitudes, decodedFrames: (int)Math.Ceiling(decodedSeconds * magnitudes.LatentRate))
            : Of((AudioAutoencoder)network, decodedSeconds);

    private static LatentCodec Of(AudioAutoencoder network, double decodedSeconds) =>
        new(network, decodedFrames: (int)Math.Ceiling(decodedSeconds * network.LatentRate));

    /// <summary>Loads it.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="encodedSeconds">Seconds that a waveform autoencoder encodes at a time; ten unless told.</param>
    /// <exception cref="MelodyException">The model has none, or it is damaged.</exception>
    public static LoadedCodec Open(ModelFolder folder, Device device, double encodedSeconds = 10)
    {
        if (PartOf(folder) == Parts.MagnitudeAutoencoder)
        {
            var magnitudes = Parts.MagnitudeAutoencoder.Load(folder, device);
            return new(Parts.MagnitudeAutoencoder, magnitudes, new MagnitudeCodec(magnitudes));
        }
        var network = Parts.Autoencoder.Load(folder, device);
        return new(
            Parts.Autoencoder,
            network,
            new LatentCodec(network, encodedFrames: (int)Math.Ceiling(encodedSeconds * network.LatentRate))
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
