using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>What the light decoder makes of latents when it is told the true phases of every frame before.</summary>
/// <param name="LogMagnitude">Of every bin, float32 [batch, frames, bins].</param>
/// <param name="Real">Real part of the expected directions, within the unit disc.</param>
/// <param name="Imaginary">Imaginary part.</param>
/// <param name="Audio">The sound, float32 [batch, frames * hop].</param>
internal readonly record struct SpectralForecast(Tensor LogMagnitude, Tensor Real, Tensor Imaginary, Tensor Audio);
