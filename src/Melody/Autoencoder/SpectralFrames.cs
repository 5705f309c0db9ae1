using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// What the light decoder says of each bin of each frame, all float32 [batch, frames, bins]: how loud it is, how the
/// phase of the frame before turns into its own (a complex factor beside that of the bin's middle frequency), and what
/// starts again in it (a complex number, relative to its magnitude).
/// </summary>
internal readonly record struct SpectralFrames(
    Tensor LogMagnitude,
    Tensor TurnReal,
    Tensor TurnImaginary,
    Tensor OnsetReal,
    Tensor OnsetImaginary
)
{
    /// <summary>Frames.</summary>
    public long Count => LogMagnitude.shape[1];

    /// <summary>Frame <paramref name="index"/> alone, [batch, bins].</summary>
    public SpectralFrames this[long index] =>
        new(
            LogMagnitude.select(1, index),
            TurnReal.select(1, index),
            TurnImaginary.select(1, index),
            OnsetReal.select(1, index),
            OnsetImaginary.select(1, index)
        );
}
