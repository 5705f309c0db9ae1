using Melody.Autoencoder;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// How audible possible seams are: each is decoded with what sounds around it and measured by the largest spectral flux (the mean
/// absolute change of decibels from one short-time spectrum to the next) while one version fades into the other.
/// </summary>
internal static class SeamFlux
{
    /// <summary>The flux of each candidate, dB.</summary>
    /// <param name="codec">Decodes them.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="before">The latents before, frame after frame; as many of the last are used as change the sound.</param>
    /// <param name="candidates">Of one length.</param>
    public static double[] Of(ISoundCodec codec, Device device, ReadOnlySpan<float> before, IReadOnlyList<SeamCandidate> candidates)
    {
        using var scope = NewDisposeScope();
        int channels = codec.LatentChannels,
            reach = codec.LevelContext;
        int known = Math.Min(before.Length / channels, reach);
        int heard = Math.Min(candidates.Max(c => c.End) + reach, candidates[0].Latents.Length / channels);
        var earlier = LatentTensor.Of(before[^(known * channels)..], channels, device);
        var latents = cat(
            [.. candidates.Select(c => cat([earlier, LatentTensor.Of(c.Latents.AsSpan(0, heard * channels), channels, device)], 1))],
            0
        );
        var flux = codec.DecodeLevels(latents).diff(dim: 2).abs().mean([1]).cpu(); // value m between frames m and m + 1
        return
        [
            .. candidates.Select(
                (candidate, i) =>
                {
                    int first = FrameAt(candidate.First),
                        last = Math.Max(first + 1, Math.Min(FrameAt(candidate.End), (int)flux.shape[1]));
                    return (double)flux[i].narrow(0, first, last - first).max().item<float>();
                }
            ),
        ];

        int FrameAt(int latentFrame) => (known + latentFrame) * codec.HopLength / codec.LevelHop;
    }
}
