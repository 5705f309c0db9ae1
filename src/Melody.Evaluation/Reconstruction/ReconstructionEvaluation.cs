using System.Globalization;
using Melody.Audio;
using Melody.Evaluation.Metrics;
using Melody.Runtime;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Sends clips through codecs and measures what comes back.</summary>
internal static class ReconstructionEvaluation
{
    /// <summary>Measures every codec on every clip.</summary>
    /// <param name="clips">Of one rate, length and number of channels; they are compared folded (<see cref="FoldedSound"/>).</param>
    /// <param name="codecs">Those that are not available get a row without scores.</param>
    /// <param name="soundFolder">Receives originals and rebuilt sounds of the first <paramref name="sounds"/> clips; null for none.</param>
    /// <param name="sounds">How many clips are kept.</param>
    /// <param name="progress">Reports the share that is done.</param>
    /// <param name="cancellation">Ends the work between two clips.</param>
    public static IReadOnlyList<ReconstructionRow> Run(
        IReadOnlyList<AudioClip> clips,
        IReadOnlyList<ICodec> codecs,
        string? soundFolder = null,
        int sounds = 3,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var rows = new List<ReconstructionRow>();
        if (soundFolder is not null)
            for (int i = 0; i < Math.Min(sounds, clips.Count); i++)
                clips[i].Write(SoundPath(soundFolder, i, "original"));
        for (int c = 0; c < codecs.Count; c++)
        {
            var codec = codecs[c];
            if (codec.Unavailable is { } why)
            {
                rows.Add(new(codec.Name, null, null, why));
                continue;
            }
            var scores = new List<ReconstructionScores>();
            long? bytes = 0;
            for (int i = 0; i < clips.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var rebuilt = codec.Rebuild(clips[i], cancellation);
                bytes += rebuilt.Bytes;
                scores.Add(ReconstructionScores.Of(FoldedSound.Pair(clips[i], rebuilt.Sound)));
                if (soundFolder is not null && i < sounds)
                    rebuilt.Sound.Write(SoundPath(soundFolder, i, codec.Name));
                progress?.Invoke((c + (i + 1.0) / clips.Count) / codecs.Count);
            }
            rows.Add(new(codec.Name, ReconstructionScores.Mean(scores), bytes * 8 / 1000.0 / clips.Sum(clip => clip.Seconds), null));
        }
        return rows;
    }

    private static string SoundPath(string folder, int clip, string name)
    {
        var plain = string.Concat(name.ToLowerInvariant().Select(ch => char.IsAsciiLetterOrDigit(ch) ? ch : '-'));
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"clip-{clip + 1:D2}-{plain}.wav"));
    }
}
