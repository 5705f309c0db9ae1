using Melody.Evaluation.Embeddings;
using Melody.Evaluation.Estimators;
using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Chain;

/// <summary>A share and out of how many.</summary>
/// <param name="Value">0..1; NaN when there was nothing to count.</param>
/// <param name="Of">How many were counted.</param>
internal sealed record Share(double Value, int Of)
{
    /// <summary>The mean of some points, each 0..1.</summary>
    public static Share Mean(IEnumerable<double> points)
    {
        var all = points.ToList();
        return new(all.Count == 0 ? double.NaN : all.Average(), all.Count);
    }
}

/// <summary>How far clips sound as they should.</summary>
/// <param name="Tempo">Within 4 % of the tempo that was stated.</param>
/// <param name="TempoOctaves">The same, half or double allowed.</param>
/// <param name="Key">In the key that was stated; keys with the same notes count half.</param>
/// <param name="Family">The solo instrument's family is the nearest of twelve.</param>
/// <param name="DrumsAsked">Drums are heard where they were asked for.</param>
/// <param name="DrumsExcluded">None are heard where they were excluded.</param>
/// <param name="Retrieval">The right caption is the nearest of 16.</param>
/// <param name="Similarity">Mean cosine of sounds and their own texts.</param>
/// <param name="OtherSimilarity">Mean cosine of sounds and the texts of others.</param>
internal sealed record AdherenceScores(
    Share Tempo,
    Share TempoOctaves,
    Share Key,
    Share Family,
    Share DrumsAsked,
    Share DrumsExcluded,
    Share Retrieval,
    double Similarity,
    double OtherSimilarity
)
{
    /// <summary>Drums when asked, none when excluded.</summary>
    public Share Drums => Merge(DrumsAsked, DrumsExcluded);

    /// <summary>Judges clips.</summary>
    public static AdherenceScores Of(
        IReadOnlyList<(Expectation Expected, Hearing Heard)> clips,
        IJointEmbedding joint,
        FamilyRecognizer families
    )
    {
        var described = clips.Where(c => c.Expected.Text is not null).ToList();
        var texts = joint.Embed([.. described.Select(c => c.Expected.Text!)]);
        var sounds = described.ConvertAll(c => c.Heard.Vector);
        return new(
            Count(c => c.Bpm is not null, (e, h) => EstimatorValidation.IsTempo(e.Bpm!.Value, h.Bpm) ? 1 : 0),
            Count(c => c.Bpm is not null, (e, h) => EstimatorValidation.IsTempo(e.Bpm!.Value, h.Bpm, 0.5, 2) ? 1 : 0),
            Count(c => c.Key is not null, (e, h) => KeyPoints(e.Key!, h.Key)),
            Count(c => c.Solo is not null, (e, h) => families.Recognize(h.Vector) == e.Solo ? 1 : 0),
            Count(c => c.Drums == true, (_, h) => h.Drums ? 1 : 0),
            Count(c => c.Drums == false, (_, h) => h.Drums ? 0 : 1),
            new(CaptionRetrieval.Of(texts, sounds), described.Count),
            Mean(described.Select((_, i) => Cosine.Of(texts[i], sounds[i]))),
            described.Count < 2
                ? double.NaN
                : Mean(described.Select((_, i) => Cosine.Of(texts[(i + described.Count / 2) % described.Count], sounds[i])))
        );

        Share Count(Func<Expectation, bool> chosen, Func<Expectation, Hearing, double> points) =>
            Share.Mean(clips.Where(c => chosen(c.Expected)).Select(c => points(c.Expected, c.Heard)));
    }

    /// <summary>1 for the key itself, a half for one with the same notes.</summary>
    public static double KeyPoints(string stated, string heard) =>
        EstimatorValidation.IsKey(stated, heard) ? 1
        : EstimatorValidation.SharesNotes(stated, heard) ? 0.5
        : 0;

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static Share Merge(Share a, Share b) =>
        a.Of + b.Of == 0 ? a : new(((a.Of == 0 ? 0 : a.Value * a.Of) + (b.Of == 0 ? 0 : b.Value * b.Of)) / (a.Of + b.Of), a.Of + b.Of);
}
