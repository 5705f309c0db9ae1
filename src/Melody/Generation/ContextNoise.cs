using Melody.Foundation;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody;

/// <summary>The noise in which the denoiser sees music that stays; counted by frames from the beginning of the piece.</summary>
/// <param name="seed">Of the generation.</param>
/// <param name="channels">Values in a frame.</param>
internal sealed class ContextNoise(ulong seed, int channels)
{
    private const ulong Stream = 0x436F6E74657874; // "Context"

    private readonly CounterRandom _random = new(seed, Stream);

    /// <summary>[1, frames, channels] from N(0, 1).</summary>
    public Tensor Of(long first, long frames) => _random.Normal((ulong)(first * channels), 1, frames, channels);
}
