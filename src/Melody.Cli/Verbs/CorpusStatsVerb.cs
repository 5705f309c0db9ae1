using System.CommandLine;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Evaluation.Reports;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus stats</c>: what a corpus holds.</summary>
internal sealed class CorpusStatsVerb : Verb
{
    private const int Rows = 12;

    private readonly Argument<string> _folder = new("corpus") { Description = "Folder of the corpus." };
    private readonly Option<string?> _scores = new("--scores")
    {
        Description = "The folder of scores that the corpus was built with; without it melodies of scores are not judged.",
        HelpName = "folder",
    };
    private readonly Option<int?> _melodies = TypedOption.Number(
        "--melodies",
        "Melodies to judge; 40 by default, 0 for none. A corpus of another version of the rules has none.",
        0,
        100_000
    );

    private readonly Option<string?> _charts = new("--charts")
    {
        Description = "Folder that a picture (.svg) of each distribution is written into.",
        HelpName = "folder",
    };

    public CorpusStatsVerb()
        : base("stats", "Shows what a corpus holds: hours, styles, tempi, keys, instruments, words.")
    {
        Arguments.Add(_folder);
        foreach (var option in new Option[] { _scores, _melodies, _charts })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_charts) is { } charts)
            FolderContent.RequireFree(charts, own: null);
        using var corpus = CorpusReader.Open(arguments.GetRequiredValue(_folder));
        var plan = corpus.Plan;
        var melodies = arguments.GetValue(_melodies) ?? 40;
        // melodies are composed again from the seed, which only the same rules can do
        var composed = plan.Composition(arguments.GetValue(_scores));
        var options =
            plan.Kind == CorpusKind.Composed
            && plan.ContentVersion == CorpusPlan.CurrentContentVersion
            && melodies > 0
            && (!composed.UseMma || MmaAccompaniment.IsInstalled)
                ? composed
                : null;
        var statistics = CorpusStatistics.Count(corpus, options, melodies, context.Cancellation);
        if (arguments.GetValue(_charts) is { } folder)
        {
            AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
            foreach (var (name, title, counts) in Charts(statistics).Where(chart => chart.Counts.Count > 0))
                AtomicFile.WriteText(Path.Combine(folder, name + ".svg"), BarChartSvg.Draw(title, counts));
        }
        context.WriteResult(statistics, console => Write(statistics, console));
        return Task.FromResult(ExitCode.Success);
    }

    private static void Write(CorpusStatistics statistics, IAnsiConsole console)
    {
        string Split(IReadOnlyDictionary<string, int> counts) =>
            string.Join(", ", counts.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value}")));
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{statistics.Hours:0.00} hours in {statistics.Shards} shards; pieces: {Split(statistics.Pieces)}; windows: "
                    + $"{Split(statistics.Windows)}"
            )
        );
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{statistics.Families.Count} families, {statistics.Styles.Count} styles, {statistics.Grooves.Count} grooves, "
                    + $"{statistics.Instruments.Count} instruments, {statistics.Metres.Count} metres, {statistics.SlowestBpm:0.#} to "
                    + $"{statistics.FastestBpm:0.#} bpm"
            )
        );
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{statistics.Keys.Count} major and minor keys in {statistics.Keys.Values.Sum()} windows, other modes in "
                    + $"{statistics.ModalKeys.Values.Sum()}, no key in {statistics.WithoutKey}"
            )
        );
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{statistics.Captions} sentences with {statistics.CaptionWords} different words; {statistics.SharedCaptions} "
                    + $"windows share their first six sentences with another; the longest rest in a window lasts "
                    + $"{statistics.LongestRest:0.00} s"
            )
        );
        foreach (var (name, sanity) in new[] { ("Composed", statistics.Sanity), ("Scores'", statistics.ScoreSanity) })
            if (sanity is not null)
                console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} melodies ({sanity.Melodies}): chord tones on strong beats {sanity.StrongBeatChordTones:P0}, "
                            + $"notes in key {sanity.InKey:P0}, figures that come back {sanity.Repetition:P0}, steps {sanity.Steps:P0}, "
                            + $"leaps above a fifth {sanity.WideLeaps:P0}"
                    )
                );
        foreach (var (_, title, counts) in Charts(statistics))
            Chart(console, title, counts, counts.Count > 40 ? Rows * 2 : 40);
    }

    private static IEnumerable<(string Name, string Title, IReadOnlyDictionary<string, int> Counts)> Charts(CorpusStatistics statistics)
    {
        yield return ("kinds", "windows by kind", statistics.Kinds);
        yield return ("families", "windows by genre family", statistics.Families);
        yield return ("styles", "windows by style", statistics.Styles);
        yield return ("grooves", "pieces by groove", statistics.Grooves);
        yield return ("tempi", "windows by tempo, bpm", statistics.Tempi);
        yield return ("keys", "windows by major or minor key", statistics.Keys);
        yield return ("modal-keys", "windows in other modes", statistics.ModalKeys);
        yield return ("metres", "windows by metre", statistics.Metres);
        yield return ("instruments", "windows by instrument", statistics.Instruments);
        yield return ("production", "pieces by production", statistics.Production);
        if (statistics.Sanity is { } composed)
            yield return ("intervals", "intervals of composed melodies, semitones, in a thousand", Histogram(composed));
        if (statistics.ScoreSanity is { } scores)
            yield return ("intervals-scores", "intervals of the scores' melodies, semitones, in a thousand", Histogram(scores));
    }

    private static Dictionary<string, int> Histogram(SanityFigures sanity) =>
        Enumerable
            .Range(0, sanity.Intervals.Count)
            .ToDictionary(
                i => i == 12 ? "12+" : i.ToString("D2", CultureInfo.InvariantCulture),
                i => (int)Math.Round(1000 * sanity.Intervals[i])
            );

    private static void Chart(IAnsiConsole console, string title, IReadOnlyDictionary<string, int> counts, int rows)
    {
        if (counts.Count == 0)
            return;
        console.WriteLine();
        console.WriteLine(title);
        var chart = new BarChart().Width(100);
        foreach (var (name, count) in counts.Take(rows))
            chart.AddItem(name, count);
        console.Write(chart);
        if (counts.Count > rows)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {counts.Count - rows} more"));
    }
}
