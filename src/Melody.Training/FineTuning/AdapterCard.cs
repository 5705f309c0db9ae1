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
        var (music, captions) = (report.Music, report.Music.Captions);
        Line($"# {report.Name}");
        Line();
        Line($"An adapter of rank {report.Rank} for the model `{report.Model}`, made by `melody finetune` ({MelodyVersion.Full}).");
        Line();
        Line($"```");
        Line($"melody generate \"{(report.Samples.Count > 0 ? report.Samples[0].Prompt : "…")}\" --adapter {Path.GetFileName(report.File)}");
        Line($"melody generate \"…\" --adapter {Path.GetFileName(report.File)}:0.6   # nearer to the model as it was");
        Line($"```");
        Line();
        Line($"SHA-256 of the file: `{report.Sha256}` ({report.Bytes / 1e6:0.0} MB).");
        Line();
        Line($"## What it learned from");
        Line();
        Line($"- {music.Seconds / 60:0.0} minutes: {music.Files} recordings of {music.Songs} songs, {music.HeldOut} of them held out; {music.Mixed} mixed from stems.");
        Line(
            $"- Words: {captions.Table} recordings from a table, {captions.TextFiles} from text files, {captions.FileNames} from their names, {captions.Given} with words given for all, {captions.Heard} with nothing but what was heard."
        );
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
            Line($"Likeness is the cosine with the mean of the recordings in the model's joint embedding.");
            Line();
            Line($"| prompt | seed | before | after | likeness before | after |");
            Line($"|---|---:|---|---|---:|---:|");
            foreach (var sample in report.Samples)
                Line(
                    $"| {Cell(sample.Prompt)} | {sample.Seed} | {Path.GetFileName(sample.Before)} | {Path.GetFileName(sample.After)} | {sample.LikenessBefore:0.000} | {sample.LikenessAfter:0.000} |"
                );
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
