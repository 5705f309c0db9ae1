using Melody.Audio;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Listening;

/// <summary>A key that was heard.</summary>
/// <param name="Tonic">Pitch class, 0 = C; -1 where nothing has a pitch.</param>
/// <param name="IsMinor">Whether it is a minor key.</param>
/// <param name="Confidence">Probability that the estimator gives it, 0..1.</param>
/// <param name="Probabilities">Probability of each key: twelve major, C first, then twelve minor; empty where nothing has a pitch.</param>
internal sealed record KeyEstimate(int Tonic, bool IsMinor, double Confidence, IReadOnlyList<double> Probabilities)
{
    private static readonly string[] Names = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

    /// <summary>For example "Eb minor".</summary>
    public override string ToString() => Tonic < 0 ? "none" : $"{Names[Tonic]} {(IsMinor ? "minor" : "major")}";
}

/// <summary>The key of a sound, by a <see cref="KeyNetwork"/> that has heard composed music.</summary>
internal static class AudioKeyEstimator
{
    /// <summary>Of a sound with one channel, of any length.</summary>
    public static KeyEstimate Estimate(AudioClip clip)
    {
        var pitches = PitchSpectrum.Of(clip);
        if (pitches.Values.All(frame => frame.All(v => v == 0)))
            return new(-1, false, 0, []);
        TorchRuntime.Initialize();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var probabilities = FittedWeights
            .Default.KeyNetwork.forward(KeyPicture.Of(pitches).ToTensor())
            .to_type(ScalarType.Float64)
            .softmax(1)
            .data<double>()
            .ToArray();
        int best = Array.IndexOf(probabilities, probabilities.Max());
        return new(best % 12, best >= 12, probabilities[best], probabilities);
    }
}
