using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>Between managed latents, frame after frame, and tensors [1, frames, channels].</summary>
internal static class LatentTensor
{
    /// <summary>Values as a tensor on <paramref name="device"/>.</summary>
    public static Tensor Of(ReadOnlySpan<float> values, int channels, Device device) =>
        tensor(values.ToArray(), [1, values.Length / channels, channels], device: device);

    /// <summary>A tensor's values, frame after frame.</summary>
    public static float[] Values(Tensor latents)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(latents.to_type(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }
}
