namespace Melody.Evaluation.Estimators;

/// <summary>One line of a validation.</summary>
/// <param name="Name">What was heard right.</param>
/// <param name="Rate">How often, 0..1.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Windows">Out of how many windows.</param>
internal sealed record EstimatorRate(string Name, double Rate, double Low, double High, int Windows);

/// <summary>Sums up what was heard.</summary>
internal static class EstimatorRates
{
    /// <summary>The rates over all windows, and over those with and without drums.</summary>
    public static IReadOnlyList<EstimatorRate> Of(IReadOnlyList<HeardWindow> heard)
    {
        var keyed = heard.Where(w => w.Key != "none").ToList();
        return
        [
            Rate("tempo", heard, w => EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm)),
            Rate("tempo, with drums", heard.Where(w => w.Drums), w => EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm)),
            Rate("tempo, without drums", heard.Where(w => !w.Drums), w => EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm)),
            Rate("tempo, or half or double", heard, w => EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm, 0.5, 2)),
            Rate("tempo, or half or double, with drums", heard.Where(w => w.Drums), w =>
                EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm, 0.5, 2)
            ),
            Rate("tempo, or half or double, without drums", heard.Where(w => !w.Drums), w =>
                EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm, 0.5, 2)
            ),
            Rate("tempo, or half, double, a third or three times", heard, w =>
                EstimatorValidation.IsTempo(w.Bpm, w.HeardBpm, 0.5, 2, 1.0 / 3, 3)
            ),
            Rate("key (tonic and third)", keyed, w => EstimatorValidation.IsKey(w.Key, w.HeardKey)),
            Rate("key or its relative", keyed, w =>
                EstimatorValidation.IsKey(w.Key, w.HeardKey) || EstimatorValidation.SharesNotes(w.Key, w.HeardKey)
            ),
            Rate("drums", heard, w => w.DrumProbability > 0.5 == w.Drums),
        ];
    }

    private static EstimatorRate Rate(string name, IEnumerable<HeardWindow> windows, Func<HeardWindow, bool> right)
    {
        var rate = HitRate.Count(windows, right);
        return new(name, rate.Rate, rate.Interval.Low, rate.Interval.High, rate.Of);
    }
}
