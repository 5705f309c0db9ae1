using System.Text.Json;

namespace Melody.Evaluation.Listening;

/// <summary>
/// The weights of the estimators, fitted on music whose truth is known by <c>melody evaluate fit-estimators</c>; the
/// embedded ones are in <c>Listening/weights.json</c>.
/// </summary>
internal sealed record FittedWeights
{
    private static readonly Lazy<FittedWeights> Embedded = new(() =>
    {
        using var stream = typeof(FittedWeights).Assembly.GetManifestResourceStream("Listening/weights.json")!;
        return JsonSerializer.Deserialize<FittedWeights>(stream, Options)!;
    });

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The embedded ones.</summary>
    public static FittedWeights Default => Embedded.Value;

    /// <summary>On what they were fitted.</summary>
    public required string Provenance { get; init; }

    /// <summary>Of chords, a row a quality; see <see cref="ChordListener"/>.</summary>
    public required LinearChoice Chords { get; init; }

    /// <summary>Of keys, major and minor; see <see cref="AudioKeyEstimator"/>.</summary>
    public required LinearChoice Keys { get; init; }

    /// <summary>Of tempi; see <see cref="TempoEstimator"/>.</summary>
    public required LinearChoice Tempi { get; init; }

    /// <summary>Of drums; see <see cref="DrumPresence"/>.</summary>
    public required LinearChoice Drums { get; init; }

    /// <summary>The text of the file: four decimals a weight.</summary>
    public string ToJson() => JsonSerializer.Serialize(this with { Chords = Rounded(Chords), Keys = Rounded(Keys), Tempi = Rounded(Tempi), Drums = Rounded(Drums) }, Options) + "\n";

    private static LinearChoice Rounded(LinearChoice choice) => new([.. choice.Weights.Select(row => row.Select(weight => Math.Round(weight, 4)).ToArray())]);
}
