using System.Globalization;
using Melody.Audio;
using Melody.Evaluation.Metrics;
using Melody.Evaluation.Reports;

namespace Melody.Evaluation.Reconstruction;

/// <summary>How far rebuilt stereo sound lies from its original: means over clips.</summary>
/// <param name="Name">What rebuilt it.</param>
/// <param name="MonoMel">Mel distance of the mono sum at 24 kHz, dB: comparable with earlier figures and with Opus.</param>
/// <param name="MonoLogStft">Log-STFT distance of the same, dB.</param>
/// <param name="ChannelMel">Mel distance of single channels at the full rate, dB.</param>
/// <param name="ChannelLogStft">Log-STFT distance of the same, dB.</param>
/// <param name="SideMel">Mel distance of half the difference of the channels, dB.</param>
/// <param name="Correlation">Mean correlation of the original's channels.</param>
/// <param name="CorrelationError">Mean absolute error of the rebuilt one.</param>
/// <param name="Partials">Partials in a frame of the rebuilt mono sum (<see cref="SpectralDetail"/>).</param>
/// <param name="ValleyDecibels">How far its spectrum falls between partials, dB.</param>
internal sealed record StereoScores(
    string Name,
    double MonoMel,
    double MonoLogStft,
    double ChannelMel,
    double ChannelLogStft,
    double SideMel,
    double Correlation,
    double CorrelationError,
    double Partials,
    double ValleyDecibels
)
{
    /// <summary>Rebuilds every clip and averages the scores.</summary>
    /// <param name="codec">What rebuilds.</param>
    /// <param name="clips">Stereo, of one rate.</param>
    /// <param name="soundFolder">Receives the first <paramref name="sounds"/> rebuilt clips; null for none.</param>
    /// <param name="sounds">How many are kept.</param>
    public static StereoScores Of(StereoCodec codec, IReadOnlyList<AudioClip> clips, string? soundFolder = null, int sounds = 6)
    {
        var all = new List<double[]>();
        for (int i = 0; i < clips.Count; i++)
        {
            var clip = clips[i];
            var rebuilt = new AudioClip(codec.Rebuild(clip.Samples.ToArray()), clip.SampleRate, 2);
            if (soundFolder is not null && i < sounds)
                rebuilt.Write(
                    Path.Combine(soundFolder, string.Create(CultureInfo.InvariantCulture, $"{i + 1:D2}-{codec.Name.Replace(' ', '-')}.wav"))
                );
            all.Add(Compare(clip, rebuilt));
        }
        double Mean(int at) => all.Average(scores => scores[at]);
        return new(codec.Name, Mean(0), Mean(1), Mean(2), Mean(3), Mean(4), Mean(5), Mean(6), Mean(7), Mean(8));
    }

    /// <summary>Rows beside each other.</summary>
    public static ReportTable Table(string title, IReadOnlyList<StereoScores> rows, int clips) =>
        new(
            title,
            [string.Create(CultureInfo.InvariantCulture, $"{clips} clips; dB; the mono sum at 24 kHz, single channels at the full rate.")],
            [
                "",
                "mono mel",
                "mono log-STFT",
                "channel mel",
                "channel log-STFT",
                "side mel",
                "correlation",
                "its error",
                "partials",
                "valleys",
            ],
            [
                .. rows.Select(r =>
                    new[]
                    {
                        r.Name,
                        ReportTable.Number(r.MonoMel),
                        ReportTable.Number(r.MonoLogStft),
                        ReportTable.Number(r.ChannelMel),
                        ReportTable.Number(r.ChannelLogStft),
                        ReportTable.Number(r.SideMel),
                        ReportTable.Number(r.Correlation, "0.000"),
                        ReportTable.Number(r.CorrelationError, "0.000"),
                        ReportTable.Number(r.Partials, "0.0"),
                        ReportTable.Number(r.ValleyDecibels, "0.0"),
                    }
                ),
            ]
        );

    private static double[] Compare(AudioClip truth, AudioClip rebuilt)
    {
        int rate = truth.SampleRate;
        var (l, r) = StereoCodec.Split(truth.Samples.ToArray());
        var (x, y) = StereoCodec.Split(rebuilt.Samples.ToArray());
        AudioClip Mix(float[] a, float[] b, float sign) => new([.. a.Zip(b, (p, q) => 0.5f * (p + sign * q))], rate);
        SoundPair Pair(float[] a, float[] b) => new(new(a, rate), new(b, rate));
        var mono = new SoundPair(Mix(l, r, 1).Resample(FoldedSound.Rate), Mix(x, y, 1).Resample(FoldedSound.Rate));
        var side = new SoundPair(Mix(l, r, -1), Mix(x, y, -1));
        double correlation = CorrelationOf(l, r);
        var detail = SpectralDetail.Of(mono.Estimate);
        return
        [
            MelDistance.Of(mono),
            LogStftDistance.Of(mono),
            (MelDistance.Of(Pair(l, x)) + MelDistance.Of(Pair(r, y))) / 2,
            (LogStftDistance.Of(Pair(l, x)) + LogStftDistance.Of(Pair(r, y))) / 2,
            MelDistance.Of(side),
            correlation,
            Math.Abs(correlation - CorrelationOf(x, y)),
            detail.Partials,
            detail.ValleyDecibels,
        ];
    }

    // 1 where a channel is silent: there is no width to lose
    private static double CorrelationOf(float[] a, float[] b) =>
        ChannelEnergies.Of(a, b).Correlation is var correlation && double.IsNaN(correlation) ? 1 : correlation;
}
