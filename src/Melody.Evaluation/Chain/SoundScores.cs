using System.Globalization;
using Melody.Evaluation.Metrics;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Chain;

/// <summary>How clean and how wide clips sound, whatever was asked for. To be read beside the figures of held-out music.</summary>
/// <param name="Partials">Partials in a frame: the mean over clips (<see cref="SpectralDetail"/>).</param>
/// <param name="Valleys">How far the spectrum falls between partials, dB: the mean over clips that have some.</param>
/// <param name="Stereo">Clips of two channels that sound; the others have no part in the figures below, which are medians.</param>
/// <param name="Width">Side to middle, dB (<see cref="StereoImage"/>).</param>
/// <param name="Correlation">Of the channels.</param>
/// <param name="MonoLoss">What the mono sum loses, dB.</param>
/// <param name="WorstBandLoss">What it loses in the worst band, dB.</param>
internal sealed record SoundScores(
    double Partials,
    double Valleys,
    int Stereo,
    double Width,
    double Correlation,
    double MonoLoss,
    double WorstBandLoss
)
{
    /// <summary>Of what was heard.</summary>
    public static SoundScores Of(IReadOnlyList<Hearing> clips)
    {
        var tones = clips.Select(c => c.Detail).Where(d => d.Partials > 0).ToList();
        var stereo = clips.Select(c => c.Stereo).OfType<StereoImage>().ToList();
        return new(
            tones.Select(d => d.Partials).DefaultIfEmpty(double.NaN).Average(),
            tones.Select(d => d.ValleyDecibels).DefaultIfEmpty(double.NaN).Average(),
            stereo.Count,
            Middle(stereo.Select(s => s.Width)),
            Middle(stereo.Select(s => s.Correlation)),
            Middle(stereo.Select(s => s.MonoLoss)),
            Middle(stereo.Select(s => s.WorstBandLoss))
        );
    }

    /// <summary>For people, beside held-out music.</summary>
    public ReportTable Table(SoundScores heldOut)
    {
        bool any = Stereo > 0 || heldOut.Stereo > 0;
        return new(
            "Sound",
            [
                "Partials and valleys are heard in the mono sum at 24 kHz.",
                any
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"The figures of stereo are medians over {Stereo} answers and {heldOut.Stereo} held-out windows of two channels."
                    )
                    : "There is one channel, so nothing is told of stereo.",
            ],
            ["what", "generated", "held-out music"],
            [
                Row("partials a frame", s => s.Partials, "0.0"),
                Row("valleys between partials, dB", s => s.Valleys, "0.0"),
                .. any
                    ?
                    [
                        Row("width: side to middle, dB", s => s.Width, "0.0"),
                        Row("correlation of the channels", s => s.Correlation, "0.00"),
                        Row("loss of the mono sum, dB", s => s.MonoLoss, "0.0"),
                        Row("loss of the mono sum in the worst band, dB", s => s.WorstBandLoss, "0.0"),
                    ]
                    : Array.Empty<string[]>(),
            ]
        );

        string[] Row(string what, Func<SoundScores, double> figure, string format) =>
            [what, ReportTable.Number(figure(this), format), ReportTable.Number(figure(heldOut), format)];
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] known = [.. values.Where(v => !double.IsNaN(v))];
        return known.Length == 0 ? double.NaN : Median.Of(known);
    }
}
