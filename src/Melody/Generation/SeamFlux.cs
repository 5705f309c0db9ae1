using Melody.Autoencoder;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// How much joints are heard: each is decoded with what sounds around it, and its spectral flux (the mean absolute change of
/// decibels from one short-time spectrum to the next) is the largest while one version fades into the other.
/// </summary>
internal static class SeamFlux
{
    /// <summary>The flux of each joint, dB.</summary>
    /// <param name="codec">Decodes them.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="before">The latents before, frame after frame; as many of the last are used as change the sound.</param>
    /// <param name="joints">Of one length.</param>
    public static double[] Of(ISoundCodec codec, Device device, ReadOnlySpan<float> before, IReadOnlyList<Joint> joints)
    {
        using var scope = NewDisposeScope();
        int channels = codec.LatentChannels,
            reach = codec.LevelContext;
        int known = Math.Min(before.Length / channels, reach);
        int heard = Math.Min(joints.Max(j => j.End) + reach, joints[0].Latents.Length / channels);
        var earlier = LatentTensor.Of(before[^(known * channels)..], channels, device);
        var latents = cat(
            [.. joints.Select(j => cat([earlier, LatentTensor.Of(j.Latents.AsSpan(0, heard * channels), channels, device)], 1))],
            0
        );
        var flux = codec.DecodeLevels(latents).diff(dim: 2).abs().mean([1]).cpu(); // value m between frames m and m + 1
        return
        [
            .. joints.Select(
                (joint, i) =>
                {
                    int first = FrameAt(joint.First),
                        last = Math.Max(first + 1, Math.Min(FrameAt(joint.End), (int)flux.shape[1]));
                    return (double)flux[i].narrow(0, first, last - first).max().item<float>();
                }
            ),
        ];

        int FrameAt(int latentFrame) => (known + latentFrame) * codec.HopLength / codec.LevelHop;
    }
}
