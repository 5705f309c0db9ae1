using Melody.Music;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Steering;

/// <summary>
/// What each token of a codebook tells of its frame (<see cref="FrameFacts"/>). Facts that the codebook does not divide read as
/// nothing: 0, and for the phase of the beat the middle of its circle; onsets that it divides by halves of a frame read as those of the
/// frame.
/// </summary>
internal sealed class CodebookFacts
{
    // what a pitch class as the lowest or the highest counts beside sounding at all
    private const float BassShare = 0.7f,
        MelodyShare = 0.5f;

    private readonly float[] _facts,
        _pitches;

    private CodebookFacts(float[] facts, bool families)
    {
        (_facts, Codes, TellsFamilies) = (facts, facts.Length / FrameFacts.Count, families);
        _pitches =
        [
            .. Enumerable
                .Range(0, Codes)
                .SelectMany(code =>
                    Enumerable
                        .Range(0, FrameFacts.PitchClasses)
                        .Select(pitch =>
                            Of(code)[FrameFacts.Chroma + pitch]
                            + BassShare * Of(code)[FrameFacts.Bass + pitch]
                            + MelodyShare * Of(code)[FrameFacts.Melody + pitch]
                        )
                ),
        ];
        Places =
        [
            .. Enumerable
                .Range(0, Codes)
                .Select(code => ((double)(2 * Of(code)[FrameFacts.Phase] - 1), (double)(2 * Of(code)[FrameFacts.Phase + 1] - 1))),
        ];
    }

    /// <summary>Different tokens.</summary>
    public int Codes { get; }

    /// <summary>Whether the tokens tell which instrument families sound.</summary>
    public bool TellsFamilies { get; }

    /// <summary>Cosine and sine of each token's place in the beat, as far as it tells it.</summary>
    public IReadOnlyList<(double Cosine, double Sine)> Places { get; }

    /// <summary>Of a codebook of a tokenizer with a readout.</summary>
    public static CodebookFacts Of(SemanticTokenizer tokenizer, Codebook book)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var told = tokenizer.CentreFeatures(book).clamp(0, 1).cpu().contiguous().data<float>().ToArray();
        var facts = new float[book.Codes * FrameFacts.Count];
        for (int code = 0; code < book.Codes; code++)
        {
            var frame = facts.AsSpan(code * FrameFacts.Count, FrameFacts.Count);
            frame[FrameFacts.Phase] = frame[FrameFacts.Phase + 1] = 0.5f;
            for (int value = 0; value < book.Values.Count; value++)
                frame[book.Values[value]] = told[code * book.Values.Count + value];
            if (!book.Values.Contains(FrameFacts.Onsets))
                for (int kind = 0; kind < FrameFacts.OnsetKinds; kind++)
                    frame[FrameFacts.Onsets + kind] = Math.Max(
                        frame[FrameFacts.HalfOnsets + kind],
                        frame[FrameFacts.HalfOnsets + FrameFacts.OnsetKinds + kind]
                    );
        }
        return new(facts, book.Values.Contains(FrameFacts.Families));
    }

    /// <summary>All facts of a token.</summary>
    public ReadOnlySpan<float> Of(long code) => _facts.AsSpan((int)code * FrameFacts.Count, FrameFacts.Count);

    /// <summary>How much each family sounds, 12 numbers.</summary>
    public ReadOnlySpan<float> FamiliesOf(long code) => Of(code).Slice(FrameFacts.Families, InstrumentFamilies.Count);

    /// <summary>How much each pitch class sounds, the lowest and the highest one more, 12 numbers.</summary>
    public ReadOnlySpan<float> PitchesOf(long code) => _pitches.AsSpan((int)code * FrameFacts.PitchClasses, FrameFacts.PitchClasses);
}
