using Melody.Audio;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Chain;

/// <summary>
/// Whether a long piece holds what it began with: its first and its last ten seconds beside each other. Continuations hear
/// what the model made itself, so that small faults add up.
/// </summary>
/// <param name="First">Cosine of the first ten seconds to the prompt's words, by the joint embedding.</param>
/// <param name="Last">Of the last ten.</param>
/// <param name="Movement">
/// Mean spectral flux of the last ten seconds over that of the first; below 1 the music has settled into held sounds. NaN when nothing
/// moves in the first.
/// </param>
internal sealed record LongForm(double First, double Last, double Movement)
{
    private const int Seconds = 10;

    /// <summary>Listens; null for a piece that is shorter than twenty seconds.</summary>
    /// <param name="raw">One channel, as it came; each part is heard at the usual loudness.</param>
    /// <param name="words">What was asked for.</param>
    /// <param name="joint">Of sound and words.</param>
    public static LongForm? Of(AudioClip raw, string words, IJointEmbedding joint)
    {
        int length = Seconds * raw.SampleRate;
        if (raw.Frames < 2 * length)
            return null;
        AudioClip first = Part(0),
            last = Part(raw.Frames - length);
        var text = joint.Embed([words])[0];
        double moved = SpectralFlux.Of(first).Average();
        return new(
            Cosine.Of(joint.Embed(first), text),
            Cosine.Of(joint.Embed(last), text),
            moved == 0 ? double.NaN : SpectralFlux.Of(last).Average() / moved
        );

        AudioClip Part(int start) => LoudnessNormalizer.Normalize(raw.Slice(start, length));
    }
}
