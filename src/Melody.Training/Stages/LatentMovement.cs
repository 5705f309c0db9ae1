using Melody.Autoencoder.Magnitude;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// How much latents move over time. What moves while a chord stands perfectly still is phase, which no token can tell and
/// no denoiser predict; over music most of the movement should be the music's.
/// </summary>
internal static class LatentMovement
{
    private const int Seconds = 8;
    private const int Partials = 11;

    // a just triad: its partials coincide or lie 110 Hz apart, so that none beat with each other within a window
    private static readonly double[] Fundamentals = [440, 550, 660];

    /// <summary>Standard deviation over time of latents [batch, frames, D], root mean square over all channels: a scalar.</summary>
    public static Tensor Of(Tensor latents) => latents.var(1).mean().sqrt();

    /// <summary>The movement over a steady chord of three tones with eleven partials each, the ends left out.</summary>
    public static double InSteadyChord(MagnitudeAutoencoder network)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        int samples = (int)(Seconds * network.LatentRate) * network.Config.SamplesPerLatent;
        var chord = SteadyChord(network.Config.SampleRate, samples);
        var audio = tensor(chord, [1, 1, samples]).expand(1, 2, samples).to(network.Mean.device);
        var latents = network.EncodeLatents(audio);
        long edge = (long)network.LatentRate;
        return Of(latents.narrow(1, edge, latents.shape[1] - 2 * edge)).item<float>();
    }

    private static float[] SteadyChord(int sampleRate, int samples)
    {
        var chord = new float[samples];
        foreach (double fundamental in Fundamentals)
            for (int partial = 1; partial <= Partials; partial++)
            {
                double step = 2 * Math.PI * fundamental * partial / sampleRate;
                for (int n = 0; n < samples; n++)
                    chord[n] += (float)(0.1 / partial * Math.Sin(step * n + partial));
            }
        return chord;
    }
}
