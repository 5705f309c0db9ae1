namespace Melody.Training.Losses;

/// <summary>How much each bin of a spectrum counts where every mel counts alike.</summary>
internal static class MelDensity
{
    // slaney's and the HTK scale grow like this: linear up to some hundred hertz, then logarithmic
    private const double BendHertz = 400;

    /// <summary>Mels in a bin, [bins], 1 in the mean.</summary>
    /// <param name="bins">From 0 Hz to half the sample rate.</param>
    /// <param name="sampleRate">Hz.</param>
    public static float[] Of(int bins, int sampleRate)
    {
        var densities = new double[bins];
        for (int k = 0; k < bins; k++)
            densities[k] = 1 / (BendHertz + (double)k * sampleRate / (2 * (bins - 1)));
        double mean = densities.Average();
        return Array.ConvertAll(densities, density => (float)(density / mean));
    }
}
