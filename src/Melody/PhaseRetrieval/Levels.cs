using System.Numerics;

namespace Melody.PhaseRetrieval;

/// <summary>Log-magnitudes without infinities.</summary>
internal static class Levels
{
    /// <summary>What silence counts as, nepers: 1.8e-35, which no sound that float32 samples hold comes near.</summary>
    public const float Silence = -80;

    /// <summary>Copies log-magnitudes, raised to <see cref="Silence"/>, and returns the largest.</summary>
    public static float Clamp(ReadOnlySpan<float> logMagnitudes, Span<float> levels)
    {
        var floor = new Vector<float>(Silence);
        var tops = floor;
        int i = 0;
        for (; i <= logMagnitudes.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var level = Vector.Max(new Vector<float>(logMagnitudes[i..]), floor);
            level.CopyTo(levels[i..]);
            tops = Vector.Max(tops, level);
        }
        float top = Silence;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
            top = Math.Max(top, tops[lane]);
        for (; i < logMagnitudes.Length; i++)
            top = Math.Max(top, levels[i] = Math.Max(logMagnitudes[i], Silence));
        return top;
    }

    /// <summary>ln of the absolute values of complex numbers; zero gives <see cref="Silence"/>.</summary>
    public static void OfSpectrum(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> levels)
    {
        for (int i = 0; i < re.Length; i++)
        {
            double energy = (double)re[i] * re[i] + (double)im[i] * im[i];
            levels[i] = energy > 0 ? Math.Max(Silence, (float)(0.5 * Math.Log(energy))) : Silence;
        }
    }
}
