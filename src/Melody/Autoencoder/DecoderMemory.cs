namespace Melody.Autoencoder;

/// <summary>
/// What a decoder keeps of a sound between one piece and the next, so that neighbouring pieces fit: the spectrum of the
/// last frame that no later piece makes again. Empty at the beginning of a sound.
/// </summary>
internal sealed class DecoderMemory
{
    /// <summary>How many frames lie behind.</summary>
    public long Frames { get; set; }

    /// <summary>Magnitudes of the frame, [batch * bins]; null at the beginning.</summary>
    public float[]? Magnitude { get; set; }

    /// <summary>Real part of its directions, [batch * bins].</summary>
    public float[]? Real { get; set; }

    /// <summary>Imaginary part.</summary>
    public float[]? Imaginary { get; set; }
}
