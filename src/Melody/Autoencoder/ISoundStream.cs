namespace Melody.Autoencoder;

/// <summary>
/// Latents in, sound out, as early as it is certain: the same samples however the latents were handed in. One thread at a time.
/// </summary>
internal interface ISoundStream
{
    /// <summary>Whether <see cref="Decode"/> has something to do.</summary>
    bool CanDecode { get; }

    /// <summary>Adds whole frames, values frame after frame, after those that came before.</summary>
    void Push(ReadOnlySpan<float> latents);

    /// <summary>Adds frames whose sound is known, so that what is decoded joins it.</summary>
    /// <param name="latents">Whole frames.</param>
    /// <param name="samples">
    /// Their sound, interleaved, a hop of each channel for every frame; empty where only the latents are known.
    /// </param>
    void PushKnown(ReadOnlySpan<float> latents, ReadOnlySpan<float> samples) => Push(latents);

    /// <summary>Says that no frame will follow: what is left becomes certain.</summary>
    void Complete();

    /// <summary>Decodes one piece and returns the samples that became final, interleaved; perhaps none.</summary>
    float[] Decode();
}
