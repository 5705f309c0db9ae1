using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>The analysis half: audio [batch, frames * hop] -> mean and log-variance side by side, float32 [batch, frames, 2 * D].</summary>
internal abstract class AudioEncoder(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>A latent frame does not depend on audio further than this many frames from its own hop, on either side.</summary>
    public abstract int ContextFrames { get; }

    /// <summary>Nothing: TorchSharp would register every field a second time, under its own name.</summary>
    protected override void RegisterComponents() { }
}

/// <summary>The synthesis half: latents [batch, frames, D] -> audio, float32 [batch, frames * hop].</summary>
internal abstract class AudioDecoder(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>A sample does not depend on latents further than this many frames from its own, on either side.</summary>
    public abstract int ContextFrames { get; }

    /// <summary>Nothing: TorchSharp would register every field a second time, under its own name.</summary>
    protected override void RegisterComponents() { }
}
