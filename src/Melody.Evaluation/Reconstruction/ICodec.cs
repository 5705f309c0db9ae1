using Melody.Audio;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Something that makes sound small and gives it back.</summary>
internal interface ICodec
{
    /// <summary>What it is called in the report.</summary>
    string Name { get; }

    /// <summary>Why it cannot be measured on this machine; null when it can.</summary>
    string? Unavailable { get; }

    /// <summary>Encodes and decodes sound of the autoencoder's rate and channels.</summary>
    Rebuilt Rebuild(AudioClip clip, CancellationToken cancellation);
}

/// <summary>What came back.</summary>
/// <param name="Sound">As long as the original, in its channels and at its rate, or folded (<see cref="Metrics.FoldedSound"/>).</param>
/// <param name="Bytes">Size of the encoded sound; null where it is not a sequence of bytes.</param>
internal sealed record Rebuilt(AudioClip Sound, long? Bytes);
