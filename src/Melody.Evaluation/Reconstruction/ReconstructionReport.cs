using System.Globalization;
using System.Text;

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
/// <param name="SampleRate">Hz.</param>
/// <param name="Notes">What a reader has to know of the model and the music.</param>
/// <param name="Rows">One a codec.</param>
internal sealed record ReconstructionReport(int Clips, double ClipSeconds, int SampleRate, IReadOnlyList<string> Notes, IReadOnlyList<ReconstructionRow> Rows)
{
    /// <summary>As a page of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Held-out music, rebuilt\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Means over {Clips} clips of {ClipSeconds:0.##} s at {SampleRate} Hz, one channel. Lower is better in every column but SI-SDR.\n\n");
        foreach (var note in Notes) text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        text.Append("\n| codec | kbit/s | log-STFT, dB | mel, dB | SI-SDR, dB | loudness, LU | centroid, Hz | bandwidth, Hz |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var row in Rows)
        {
            var cells = row.Scores is { } s
                ? [row.KilobitsPerSecond is { } rate ? Number(rate, "0.0") : "-", Number(s.LogStft, "0.00"), Number(s.Mel, "0.00"), Number(s.SiSdr, "0.0"), Number(s.Loudness, "0.00"), Number(s.Centroid, "0"), Number(s.Bandwidth, "0")]
                : Enumerable.Repeat("not measured", 7);
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {string.Join(" | ", cells)} |\n");
        }
        foreach (var row in Rows.Where(r => r.NotMeasured is not null)) text.Append(CultureInfo.InvariantCulture, $"\n{row.Name} was not measured: {row.NotMeasured}.\n");
        return text.ToString();
    }

    private static string Number(double value, string format) =>
        double.IsNaN(value) ? "not measured" : double.IsPositiveInfinity(value) ? "∞" : double.IsNegativeInfinity(value) ? "-∞" : value.ToString(format, CultureInfo.InvariantCulture);
}
