using System.Globalization;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Reconstruction;

/// <summary>One codec's line.</summary>
/// <param name="Name">Of the codec.</param>
/// <param name="Scores">Null where it was not measured.</param>
/// <param name="KilobitsPerSecond">Measured; null where there are no bits or nothing was measured.</param>
/// <param name="NotMeasured">Why there are no scores; null when there are.</param>
internal sealed record ReconstructionRow(string Name, ReconstructionScores? Scores, double? KilobitsPerSecond, string? NotMeasured);

/// <summary>How an autoencoder rebuilds held-out music, beside codecs that everyone knows.</summary>
/// <param name="Clips">Number of clips.</param>
/// <param name="ClipSeconds">Length of each, seconds.</param>
/// <param name="SampleRate">At which sounds are compared, Hz.</param>
/// <param name="Notes">What a reader has to know of the model and the music.</param>
/// <param name="Rows">One a codec.</param>
internal sealed record ReconstructionReport(
    int Clips,
    double ClipSeconds,
    int SampleRate,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ReconstructionRow> Rows
)
{
    /// <summary>What becomes of stereo, beside the music itself; empty where there is one channel.</summary>
    public IReadOnlyList<StereoScores> Stereo { get; init; } = [];

    /// <summary>As a page of Markdown.</summary>
    public string ToMarkdown() => string.Concat(Tables("Held-out music, rebuilt").Select(table => table.ToMarkdown()));

    /// <summary>All tables.</summary>
    public IReadOnlyList<ReportTable> Tables(string title) =>
        [Table(title), .. Stereo.Count == 0 ? [] : new[] { StereoScores.Table($"{title}: stereo", Stereo, Clips) }];

    /// <summary>The codecs beside each other.</summary>
    private ReportTable Table(string title) =>
        new(
            title,
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Means over {Clips} clips of {ClipSeconds:0.##} s at {SampleRate} Hz, one channel. Lower is better in every "
                        + $"column but SI-SDR."
                ),
                .. Notes,
                .. Rows.Where(r => r.NotMeasured is not null).Select(row => $"{row.Name} was not measured: {row.NotMeasured}."),
            ],
            ["codec", "kbit/s", "log-STFT, dB", "mel, dB", "SI-SDR, dB", "loudness, LU", "centroid, Hz", "bandwidth, Hz"],
            [
                .. Rows.Select(row =>
                    (string[])(
                        row.Scores is { } s
                            ?
                            [
                                row.Name,
                                row.KilobitsPerSecond is { } rate ? ReportTable.Number(rate, "0.0") : "-",
                                ReportTable.Number(s.LogStft),
                                ReportTable.Number(s.Mel),
                                ReportTable.Number(s.SiSdr, "0.0"),
                                ReportTable.Number(s.Loudness),
                                ReportTable.Number(s.Centroid, "0"),
                                ReportTable.Number(s.Bandwidth, "0"),
                            ]
                            : [row.Name, .. Enumerable.Repeat(ReportTable.NotMeasured, 7)]
                    )
                ),
            ]
        );
}
