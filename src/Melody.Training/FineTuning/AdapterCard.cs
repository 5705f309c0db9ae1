using System.Globalization;
using System.Text;

namespace Melody.Training.FineTuning;

/// <summary>The card of an adapter, in Markdown: what it is, what it learned from, how well, and how it is used.</summary>
internal static class AdapterCard
{
    /// <summary>Writes one.</summary>
    public static string Of(FineTuningReport report, FineTuningRequest request)
    {
        var text = new StringBuilder();
        void Line(FormattableString? line = null) => text.Append(line?.ToString(CultureInfo.InvariantCulture)).Append('\n');
        var (music, words) = (report.Music, report.Music.Captions);
        Line($"# {report.Name}");
        Line();
        Line($"An adapter of rank {report.Rank} for the model `{report.Model}`, made by `melody finetune` ({MelodyVersion.Full}).");
        Line();
        Line($"```");
        Line(
            $"melody generate \"{(report.Samples.Count > 0 ? report.Samples[0].Prompt : "…")}\" --adapter {Path.GetFileName(report.File)}"
        );
        Line($"melody generate \"…\" --adapter {Path.GetFileName(report.File)}:0.6   # nearer to the model as it was");
        Line($"```");
        Line();
        Line($"SHA-256 of the file: `{report.Sha256}` ({report.Bytes / 1e6:0.0} MB).");
        Line();
        Line($"## What it learned from");
        Line();
        Line($"- {music.Seconds / 60:0.0} minutes: {music.Files} recordings of {music.Songs} songs, {music.HeldOut} of them held out.");
        Line($"- Mixed from stems: {music.Mixed}.");
        Line($"- Words: {words.Table} from a table, {words.TextFiles} from text files, {words.FileNames} from the files' names,");
        Line($"  {words.Given} given for all, {words.Heard} nothing but what was heard.");
        Line($"- Licence of the music: {request.Licence ?? "not told; whoever passes the adapter on has to know it"}.");
        Line();
        Line($"## How it was trained");
        Line();
        Line($"| part | steps | kept | held-out loss before | after | ended |");
        Line($"|---|---:|---:|---:|---:|---|");
        foreach (var part in report.Parts)
            Line($"| {part.Part} | {part.Steps} | {part.BestStep} | {part.Before:0.0000} | {part.After:0.0000} | {part.Ended} |");
        Line();
        Line($"Learning rate {request.LearningRate}, seed {request.Seed}. Where the kept step is 0, that part stayed as it was.");
        if (report.Samples.Count > 0)
        {
            Line();
            Line($"## Samples");
            Line();
            Line($"In `{Path.GetFileNameWithoutExtension(report.File)}-samples`. Likeness: the cosine with the mean of the recordings.");
            Line();
            Line($"| prompt | seed | likeness before | after |");
            Line($"|---|---:|---:|---:|");
            foreach (var sample in report.Samples)
                Line($"| {Cell(sample.Prompt)} | {sample.Seed} | {sample.LikenessBefore:0.000} | {sample.LikenessAfter:0.000} |");
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
