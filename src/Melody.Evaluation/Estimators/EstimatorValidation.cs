using Melody.Audio;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Listening;
using Melody.Music;

namespace Melody.Evaluation.Estimators;

/// <summary>What is heard of a corpus.</summary>
/// <param name="Windows">At most this many windows or pieces, spread evenly.</param>
/// <param name="HeldOut">Whether the train split, on which the estimators may have been fitted, is left out.</param>
/// <param name="NoiseDecibels">Noise that is added, this many decibels under the music; null for none.</param>
/// <param name="Pieces">Whether all windows of a piece are heard as one; pieces that change their key or tempo are left out.</param>
internal sealed record ListeningOptions(int Windows = 200, bool HeldOut = false, double? NoiseDecibels = null, bool Pieces = false);

/// <summary>What was known and what was heard of one window of a corpus.</summary>
internal sealed record HeardWindow(
    string Piece,
    int Index,
    PieceKind Kind,
    string Style,
    double Bpm,
    double HeardBpm,
    double PulseStrength,
    string Key,
    string HeardKey,
    bool Drums,
    double DrumProbability,
    double TempoConfidence,
    double KeyConfidence
);

/// <summary>How often something was heard right.</summary>
/// <param name="Hits">How often.</param>
/// <param name="Of">Out of how many.</param>
internal sealed record HitRate(int Hits, int Of)
{
    /// <summary>0..1; NaN when there were none.</summary>
    public double Rate => Of == 0 ? double.NaN : (double)Hits / Of;

    /// <summary>Lower and upper end of Wilson's 95 % interval (1927).</summary>
    public (double Low, double High) Interval
    {
        get
        {
            if (Of == 0)
                return (0, 1);
            const double z = 1.959964;
            double middle = (Rate + z * z / (2 * Of)) / (1 + z * z / Of);
            double half = z / (1 + z * z / Of) * Math.Sqrt(Rate * (1 - Rate) / Of + z * z / (4.0 * Of * Of));
            return (middle - half, middle + half);
        }
    }

    /// <summary>Counts those that <paramref name="hit"/> calls right.</summary>
    public static HitRate Count<T>(IEnumerable<T> all, Func<T, bool> hit)
    {
        var list = all.ToList();
        return new(list.Count(hit), list.Count);
    }
}

/// <summary>
/// How far the estimators of tempo, key and drums can be trusted: they listen to windows of a composed corpus, whose truth
/// is known exactly. A tempo is right within 4 %; with octave tolerance also at half and double, and by the wider custom
/// (accuracy 2 of Gouyon et al., "An experimental comparison of audio tempo induction algorithms", 2006) at a third and
/// three times.
/// </summary>
internal static class EstimatorValidation
{
    private const double TempoTolerance = 0.04;

    /// <summary>Listens to windows of a corpus.</summary>
    public static IReadOnlyList<HeardWindow> Listen(
        CorpusReader corpus,
        ListeningOptions options,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var sounds = Sounds(corpus, options);
        int count = Math.Min(options.Windows, sounds.Count);
        var heard = new List<HeardWindow>();
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (windows, record) = sounds[(int)((long)i * sounds.Count / count)];
            var clip = AudioClip.Adopt([.. windows.SelectMany(corpus.Read)], corpus.Plan.SampleRate, corpus.Plan.Channels).ToMono();
            if (options.NoiseDecibels is { } decibels)
                clip = Degradation.AddNoise(clip, decibels, i);
            var tempo = TempoEstimator.Estimate(clip);
            var key = AudioKeyEstimator.Estimate(clip);
            heard.Add(
                new(
                    record.PieceId,
                    record.Index,
                    record.Kind,
                    record.Style,
                    record.Bpm,
                    tempo.Bpm,
                    tempo.Strength,
                    record.Key,
                    key.ToString(),
                    record.Drums,
                    DrumPresence.Probability(clip),
                    tempo.Confidence,
                    key.Confidence
                )
            );
            progress?.Invoke((i + 1.0) / count);
        }
        return heard;
    }

    // what is heard as one sound, with what is known of it
    private static List<(IReadOnlyList<CorpusWindow> Windows, WindowRecord Truth)> Sounds(CorpusReader corpus, ListeningOptions options)
    {
        var known = corpus
            .Windows()
            .Where(window => !options.HeldOut || window.Split != DatasetSplit.Train)
            .Select(window => (Window: window, Truth: corpus.Describe(window)))
            .Where(window => !window.Truth.Estimated)
            .ToList();
        if (!options.Pieces)
            return known.ConvertAll(one => ((IReadOnlyList<CorpusWindow>)[one.Window], one.Truth));
        return
        [
            .. known
                .GroupBy(one => one.Truth.PieceId)
                .Where(piece => piece.Select(one => (one.Truth.Key, one.Truth.Bpm)).Distinct().Count() == 1)
                .Select(piece =>
                    (
                        (IReadOnlyList<CorpusWindow>)[.. piece.Select(one => one.Window)],
                        piece.First().Truth with
                        {
                            Drums = piece.Any(one => one.Truth.Drums),
                        }
                    )
                ),
        ];
    }

    /// <summary>Whether a heard tempo is the known one or stands to it in one of the ratios.</summary>
    public static bool IsTempo(double known, double heard, params double[] ratios) =>
        ratios.Append(1).Any(ratio => Math.Abs(heard / (known * ratio) - 1) <= TempoTolerance);

    /// <summary>Whether tonic and third are those of the known key; a mode counts by its third.</summary>
    public static bool IsKey(string known, string heard) =>
        MusicalKey.ParseOrNull(known) is { } a && MusicalKey.ParseOrNull(heard) is { } b && a.Tonic == b.Tonic && a.IsMinor == b.IsMinor;

    /// <summary>Whether both keys hold the same seven notes (relative keys and modes).</summary>
    public static bool SharesNotes(string known, string heard) =>
        MusicalKey.ParseOrNull(known) is { } a
        && MusicalKey.ParseOrNull(heard) is { } b
        && a.Scale.Select(s => (s + a.Tonic) % 12).Order().SequenceEqual(b.Scale.Select(s => (s + b.Tonic) % 12).Order());
}
