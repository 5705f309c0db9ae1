using System.Globalization;
using Melody.Autoencoder;
using Melody.Evaluation.Reports;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Evaluation.Reconstruction;

/// <summary>The autoencoder of a model beside Opus and MP3.</summary>
internal static class ReconstructionStage
{
    private const int Reasons = 10;

    /// <summary>Measures it.</summary>
    /// <param name="folder">The model; only its autoencoder is needed.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="audio">
    /// A corpus, whose test split is heard, or a folder of audio files; the notes tell of those that cannot be read.
    /// </param>
    /// <param name="count">Clips, spread evenly.</param>
    /// <param name="seconds">Length of each.</param>
    /// <param name="soundFolder">
    /// Receives the first three as they were and as they came back; made when model and music are found usable.
    /// </param>
    /// <param name="progress">Reports the share that is done.</param>
    /// <param name="cancellation">Ends the work between two clips.</param>
    /// <exception cref="MelodyException">The model has no autoencoder, or there is no music.</exception>
    public static ReconstructionReport Run(
        ModelFolder folder,
        Device device,
        string audio,
        int count,
        double seconds,
        string soundFolder,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var autoencoder = Parts.Autoencoder.Load(folder, device);
        var leftOut = new List<string>();
        var clips = HeldOutClips.Read(audio, autoencoder.SampleRate, count, seconds, leftOut);
        AtomicFile.Translate(soundFolder, () => Directory.CreateDirectory(soundFolder));
        ICodec[] codecs =
        [
            new AutoencoderCodec(folder.Manifest.Name, autoencoder, TorchDevice.Precision(device)),
            FfmpegCodec.Opus(12),
            FfmpegCodec.Opus(24),
            FfmpegCodec.Mp3(24),
            FfmpegCodec.Opus(64),
            FfmpegCodec.Mp3(64),
        ];
        var rows = ReconstructionEvaluation.Run(clips, codecs, soundFolder, progress: progress, cancellation: cancellation);
        var trained = folder.Part(Parts.Autoencoder.Name).Trained ? "trained" : "untrained";
        string[] notes =
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"The autoencoder of '{folder.Manifest.Name}' ({trained}, model {folder.Manifest.Hash()[..12]}) makes "
                    + $"{autoencoder.LatentRate * autoencoder.LatentChannels:0} real numbers of a second."
            ),
            $"The music comes from '{Path.GetFileName(Path.TrimEndingDirectorySeparator(audio))}'.",
            .. leftOut.Take(Reasons).Select(reason => $"Left out: {reason}"),
            .. leftOut.Count > Reasons
                ? (string[])[string.Create(CultureInfo.InvariantCulture, $"... and {leftOut.Count - Reasons} more.")]
                : [],
        ];
        return new(clips.Count, clips[0].Seconds, autoencoder.SampleRate, notes, rows);
    }

    /// <summary>Whether the first row is better than a codec's on two of log-STFT, mel and SI-SDR.</summary>
    /// <param name="what">What the bar is called.</param>
    /// <param name="report">The figures; null when there are none, and then <paramref name="why"/> says why.</param>
    /// <param name="codec">The codec's name in the report.</param>
    /// <param name="why">Why there are no figures.</param>
    public static Bar Bar(string what, ReconstructionReport? report, string codec, string? why)
    {
        string required = $"better than {codec} on two of three";
        if (report is null)
            return Reports.Bar.Missing(what, required, why ?? "");
        var (ours, theirs) = (report.Rows[0], report.Rows.FirstOrDefault(row => row.Name == codec));
        if (ours.Scores is not { } a || theirs?.Scores is not { } b)
            return Reports.Bar.Missing(what, required, ours.NotMeasured ?? theirs?.NotMeasured ?? $"{codec} was not asked for");
        (string Name, bool Better)[] compared =
        [
            ("log-STFT", a.LogStft < b.LogStft),
            ("mel", a.Mel < b.Mel),
            ("SI-SDR", a.SiSdr > b.SiSdr),
        ];
        int wins = compared.Count(c => c.Better);
        return new(
            what,
            $"better on {wins} of 3",
            "",
            required,
            wins >= 2,
            wins == 0 ? "" : string.Join(", ", compared.Where(c => c.Better).Select(c => c.Name))
        );
    }
}
