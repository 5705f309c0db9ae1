using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// The side lobes of a Hann window, under which a bin tells nothing of the music: between the partials of a steady tone they add up to
/// levels that rise and fall with the partials' phases.
/// </summary>
/// <remarks>
/// A sine that lies d bins away reads |sin(πd) / (πd (1 - d²))| of its amplitude. Covered is the envelope 1 / (πd (d² - 1)), half a
/// bin nearer, since a partial may lie between two bins; its nearest bin then reads up to 1.42 dB low. Main lobes (|d| below 3) are left
/// as they are.
/// </remarks>
internal static class SideLobes
{
    private const int Nearest = 3,
        Farthest = 20;

    /// <summary>Log-magnitudes [batch, frames, bins], nepers, none lower than the side lobes of its neighbours.</summary>
    /// <param name="logMagnitude">The log-magnitudes.</param>
    /// <param name="marginDecibels">Added to the side lobes, dB: where several meet they add up.</param>
    public static Tensor Cover(Tensor logMagnitude, double marginDecibels)
    {
        using var scope = NewDisposeScope();
        long bins = logMagnitude.shape[^1];
        var covered = logMagnitude.clone();
        for (int distance = Nearest; distance <= Math.Min(Farthest, bins - 1); distance++)
        {
            double lobe = LogEnvelope(distance - 0.5) + marginDecibels / MagnitudeAutoencoder.DecibelsPerNeper;
            Raise(covered.narrow(-1, distance, bins - distance), logMagnitude.narrow(-1, 0, bins - distance) + lobe);
            Raise(covered.narrow(-1, 0, bins - distance), logMagnitude.narrow(-1, distance, bins - distance) + lobe);
        }
        return covered.MoveToOuterDisposeScope();

        static void Raise(Tensor low, Tensor least) => low.copy_(maximum(low, least));
    }

    /// <summary>Natural log of the side lobes' envelope, of a sine's amplitude, this many bins away (more than 1).</summary>
    public static double LogEnvelope(double distance) => -Math.Log(Math.PI * distance * (distance * distance - 1));
}
