using Melody.Audio;
using Melody.Autoencoder;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// How much joints are heard: each is decoded with what sounds around it, and its spectral flux (the mean absolute change of
/// decibels from one frame of 1024 samples to the next, 256 later) is the largest while one version fades into the other.
/// </summary>
internal static class JointFlux
{
    private const int FftSize = 1024,
        Hop = 256;
    private const double Floor = 1e-4; // -80 dB of a sine of amplitude 1

    /// <summary>The flux of each joint, dB.</summary>
    /// <param name="autoencoder">Decodes them.</param>
    /// <param name="before">The latents before, frame after frame; as many of the last are used as change the sound.</param>
    /// <param name="joints">Of one length.</param>
    public static double[] Of(AudioAutoencoder autoencoder, ReadOnlySpan<float> before, IReadOnlyList<Joint> joints)
    {
        using var scope = NewDisposeScope();
        int channels = autoencoder.LatentChannels,
            reach = autoencoder.Decoder.ContextFrames + (int)autoencoder.FramesOf(FftSize / 2);
        int known = Math.Min(before.Length / channels, reach);
        int heard = Math.Min(joints.Max(j => j.End) + reach, joints[0].Latents.Length / channels);
        var device = autoencoder.parameters().First().device;
        var earlier = LatentTensor.Of(before[^(known * channels)..], channels, device);
        var latents = cat(
            [.. joints.Select(j => cat([earlier, LatentTensor.Of(j.Latents.AsSpan(0, heard * channels), channels, device)], 1))],
            0
        );
        var level =
            (new Stft(FftSize, Hop).Magnitude(autoencoder.Decode(latents), floor: 0) * (4.0 / FftSize)).clamp_min(Floor).log10() * 20;
        var flux = level.diff(dim: 2).abs().mean([1]).cpu(); // value m between frames m and m + 1
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

        int FrameAt(int latentFrame) => (known + latentFrame) * autoencoder.HopLength / Hop;
    }
}
