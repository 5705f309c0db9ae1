using System.CommandLine;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Corpus.Composition;
using Melody.Corpus.Storage;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus stats</c>: what a corpus holds.</summary>
internal sealed class CorpusStatsVerb : Verb
{
    private const int Rows = 12;

    private readonly Argument<string> _folder = new("corpus") { Description = "Folder of the corpus." };
    private readonly Option<string?> _scores = new("--scores") { Description = "The folder of scores that the corpus was built with; without it melodies of scores are not judged.", HelpName = "folder" };
    private readonly Option<int?> _melodies = TypedOption.Number("--melodies", "Melodies to judge; 40 by default, 0 for none.", 0, 100_000);

    public CorpusStatsVerb() : base("stats", "Shows what a corpus holds: hours, styles, tempi, keys, instruments, words.")
    {
        Arguments.Add(_folder);
        foreach (var option in new Option[] { _scores, _melodies }) Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        using var corpus = CorpusReader.Open(arguments.GetRequiredValue(_folder));
        var plan = corpus.Plan;
        var melodies = arguments.GetValue(_melodies) ?? 40;
        var usesGrooves = plan.Tools.Contains("MMA");
        CompositionOptions? options = plan.Kind == "composed" && melodies > 0 && (!usesGrooves || MmaAccompaniment.IsInstalled)
            ? new() { Seed = plan.Seed, PieceSeconds = plan.PieceSeconds, ScoreFolder = arguments.GetValue(_scores), UseMma = usesGrooves }
            : null;
        var statistics = CorpusStatistics.Count(corpus, options, melodies, context.Cancellation);
        context.WriteResult(statistics, console => Write(statistics, console));
        return Task.FromResult(ExitCode.Success);
    }

    private static void Write(CorpusStatistics statistics, IAnsiConsole console)
    {
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        string Split(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(entry => Text($"{entry.Key} {entry.Value}")));
        console.WriteLine(Text($"{statistics.Hours:0.00} hours in {statistics.Shards} shards; pieces: {Split(statistics.Pieces)}; windows: {Split(statistics.Windows)}"));
        console.WriteLine(Text($"{statistics.Families.Count} families, {statistics.Styles.Count} styles, {statistics.Instruments.Count} instruments, {statistics.Keys.Count} keys, {statistics.Metres.Count} metres, {statistics.SlowestBpm:0.#} to {statistics.FastestBpm:0.#} bpm"));
        console.WriteLine(Text($"{statistics.Captions} sentences with {statistics.CaptionWords} different words"));
        if (statistics.Sanity is { } sanity)
        {
            console.WriteLine(Text($"Melodies ({sanity.Melodies}): chord tones on strong beats {sanity.StrongBeatChordTones:P0}, notes in key {sanity.InKey:P0}, figures that come back {sanity.Repetition:P0}, steps {sanity.Steps:P0}, leaps above a fifth {sanity.WideLeaps:P0}"));
            Chart(console, "intervals, semitones", Enumerable.Range(0, 13).ToDictionary(i => i == 12 ? "12+" : Text($"{i:D2}"), i => (int)Math.Round(1000 * sanity.Intervals[i])), 13);
        }
        Chart(console, "kinds", statistics.Kinds, Rows);
        Chart(console, "families", statistics.Families, 2 * Rows);
        Chart(console, "tempi, bpm", statistics.Tempi, 40);
        Chart(console, "keys", statistics.Keys, 30);
        Chart(console, "metres", statistics.Metres, Rows);
        Chart(console, "instruments", statistics.Instruments, 2 * Rows);
        Chart(console, "production, pieces", statistics.Production, 20);
    }

    private static void Chart(IAnsiConsole console, string title, IReadOnlyDictionary<string, int> counts, int rows)
    {
        if (counts.Count == 0) return;
        console.WriteLine();
        console.WriteLine(title);
        var chart = new BarChart().Width(100);
        foreach (var (name, count) in counts.Take(rows)) chart.AddItem(name, count);
        console.Write(chart);
        if (counts.Count > rows) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {counts.Count - rows} more"));
    }
}
