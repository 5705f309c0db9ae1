using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>The analysis half: audio [batch, frames * hop] -> mean and log-variance side by side, float32 [batch, frames, 2 * D].</summary>
internal abstract class AudioEncoder(string name) : Network<Tensor, Tensor>(name)
{
    /// <summary>A latent frame does not depend on audio further than this many frames from its own hop, on either side.</summary>
    public abstract int ContextFrames { get; }
}

/// <summary>The synthesis half: latents [batch, frames, D] -> audio, float32 [batch, frames * hop].</summary>
internal abstract class AudioDecoder(string name) : Network<Tensor, Tensor>(name)
{
    /// <summary>
    /// A sample does not depend on latents further than this many frames from its own, on either side, but for what
    /// <see cref="DecoderMemory"/> carries over from the frames before.
    /// </summary>
    public abstract int ContextFrames { get; }

    /// <summary>Decodes latents [batch, n, D] and keeps the sound of some of them, float32 [batch, frames * hop].</summary>
    /// <param name="latents">The piece with its context.</param>
    /// <param name="skipped">Frames of context before the piece.</param>
    /// <param name="frames">Frames of the piece.</param>
    /// <param name="memory">What is left of the pieces before; brought up to date.</param>
    public virtual Tensor DecodePiece(Tensor latents, long skipped, long frames, DecoderMemory memory)
    {
        var audio = forward(latents);
        long hop = audio.shape[1] / latents.shape[1];
        return audio.narrow(1, skipped * hop, frames * hop);
    }
}
