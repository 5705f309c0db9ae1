using Melody.Audio;

namespace Melody.Evaluation.Listening;

/// <summary>A key that was heard.</summary>
/// <param name="Tonic">Pitch class, 0 = C; -1 where nothing has a pitch.</param>
/// <param name="IsMinor">Whether it is a minor key.</param>
/// <param name="Fit">Correlation with the key's profile, -1..1.</param>
internal sealed record KeyEstimate(int Tonic, bool IsMinor, double Fit)
{
    private static readonly string[] Names = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

    /// <summary>For example "Eb minor".</summary>
    public override string ToString() => Tonic < 0 ? "none" : $"{Names[Tonic]} {(IsMinor ? "minor" : "major")}";
}

/// <summary>
/// The key of a sound: the major or minor key whose profile correlates best with the <see cref="Chroma"/>. The profiles
/// are those that Temperley ("Music and Probability", 2007) counted in the Kostka-Payne corpus.
/// </summary>
internal static class AudioKeyEstimator
{
    private static readonly double[] Major = [0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400];
    private static readonly double[] Minor = [0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330];

    /// <summary>Of a sound with one channel.</summary>
    public static KeyEstimate Estimate(AudioClip clip) => Estimate(Chroma.Of(clip));

    /// <summary>Of twelve weights, C first.</summary>
    public static KeyEstimate Estimate(double[] chroma)
    {
        var best = new KeyEstimate(-1, false, double.NegativeInfinity);
        if (chroma.Sum() <= 0) return best with { Fit = 0 };
        for (int tonic = 0; tonic < 12; tonic++)
            foreach (bool minor in new[] { false, true })
            {
                double fit = Correlation(chroma, minor ? Minor : Major, tonic);
                if (fit > best.Fit) best = new(tonic, minor, fit);
            }
        return best;
    }

    private static double Correlation(double[] chroma, double[] profile, int tonic)
    {
        double a = chroma.Average(), b = profile.Average(), product = 0, left = 1e-12, right = 0;
        for (int i = 0; i < 12; i++)
        {
            double x = chroma[(i + tonic) % 12] - a, y = profile[i] - b;
            (product, left, right) = (product + x * y, left + x * x, right + y * y);
        }
        return product / Math.Sqrt(left * right);
    }
}
