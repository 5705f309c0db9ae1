using System.CommandLine;
using System.Globalization;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Spectre.Console;

namespace Melody.Cli.Shared;

/// <summary>Options that the making and the import of a corpus share.</summary>
internal sealed class CorpusArguments
{
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the corpus; an interrupted run resumes there.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "The integer that everything random follows from; 1 by default.",
        0L,
        long.MaxValue
    );
    private readonly ShardOption _shard = new();
    private readonly Option<int?> _jobs = TypedOption.Number("--jobs", "Shards made at once; one a core by default.", 1, 1024);
    private readonly Option<int?> _rate = TypedOption.Number("--rate", "Sample rate in Hz; 24000 by default.", 8000, 96_000, "hz");
    private readonly Option<int?> _channels = TypedOption.Number("--channels", "1 (the default) or 2.", 1, 2);
    private readonly Option<string?> _format = new("--format")
    {
        Description = "flac (the default where libsndfile is installed) or wav.",
        HelpName = "flac|wav",
    };
    private readonly Option<string[]> _fonts = new("--font")
    {
        Description = "A sound font by name or file; may be given several times. All installed ones by default.",
        HelpName = "font",
    };
    private readonly Option<double?> _window = TypedOption.Number("--window", "Seconds of a window; 10 by default.", 1.0, 600.0, "seconds");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_output, _seed, _shard, _jobs, _rate, _channels, _format, _fonts, _window];

    /// <summary>Whether other processes make shards of the same corpus.</summary>
    public bool IsShared(ParseResult arguments) => _shard.Read(arguments).Parts > 1;

    /// <summary>Which part of the shards is made, from 1, and of how many.</summary>
    public (int Part, int Parts) Share(ParseResult arguments) => _shard.Read(arguments);

    /// <summary>Shards made at once, where that was asked for.</summary>
    public int? Jobs(ParseResult arguments) => arguments.GetValue(_jobs);

    /// <summary>The folder of the corpus.</summary>
    public string Folder(ParseResult arguments) => arguments.GetRequiredValue(_output);

    /// <summary>
    /// The plan as far as these options decide it; <paramref name="needsFonts"/> says whether a missing sound font is an error, and
    /// <paramref name="usual"/> which sample rate, Hz, and how many channels there are where the options do not say. Without
    /// <paramref name="sound"/> neither sound fonts nor a synthesiser are asked for.
    /// </summary>
    public CorpusPlan Plan(
        ParseResult arguments,
        CorpusKind kind,
        bool needsFonts,
        (int Rate, int Channels)? usual = null,
        bool sound = true
    )
    {
        if (needsFonts)
            FluidSynthLibrary.Require();
        var names = arguments.GetValue(_fonts) ?? [];
        if (!sound && names.Length > 0)
            throw new MelodyException("--without-sound renders nothing, so --font has no effect; leave one of them out.");
        var fonts =
            !sound ? []
            : names.Length > 0 ? [.. names.Select(SoundFont.Find)]
            : needsFonts ? SoundFont.RequireInstalled()
            : FluidSynthLibrary.IsAvailable ? SoundFont.Installed()
            : [];
        return new CorpusPlan
        {
            ContentVersion = CorpusPlan.CurrentContentVersion,
            Kind = kind,
            Seed = (ulong)(arguments.GetValue(_seed) ?? 1),
            SampleRate = arguments.GetValue(_rate) ?? usual?.Rate ?? 24_000,
            Channels = arguments.GetValue(_channels) ?? usual?.Channels ?? 1,
            AudioFormat = arguments.GetValue(_format) is { } format
                ? EnumName<ShardFormat>.Parse(format.ToLowerInvariant())
                : ShardFormat.Flac,
            WindowSeconds = arguments.GetValue(_window) ?? 10,
            SoundFonts =
            [
                .. fonts.Select(font => new FontRecord(
                    names.Contains(font.Path) ? font.Path : font.Name,
                    font.Licence,
                    font.Source,
                    font.ComputeSha256()
                )),
            ],
            Tools = sound && FluidSynthLibrary.IsAvailable ? ["FluidSynth " + FluidSynthLibrary.Version] : [],
        };
    }

    /// <summary>Makes the shards under a progress bar and tells what came of it.</summary>
    public async Task<int> BuildAsync(
        ParseResult arguments,
        CommandContext context,
        CorpusPlan plan,
        int shards,
        Func<IPieceSource> openSource
    )
    {
        var folder = Folder(arguments);
        var (part, parts) = _shard.Read(arguments);
        var builder = new CorpusBuilder(folder, plan, openSource, part, parts, arguments.GetValue(_jobs));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var done = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                        builder.Build(
                            shards,
                            new DirectProgress(state => progress.Report("shards", (double)state.ShardsDone / state.Shards)),
                            context.Cancellation
                        ),
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        foreach (var reason in done.Skipped.Take(10))
            context.Note("Left out: " + reason);
        if (done.Skipped.Count > 10)
            context.Note(string.Create(CultureInfo.InvariantCulture, $"... and {done.Skipped.Count - 10} more."));
        if (done.SoftenedRemark is { } remark)
            context.Note(remark);
        var result = new BuildSummary(
            folder,
            done.ShardsDone,
            done.Shards,
            Math.Round(done.Seconds, 1),
            done.Skipped.Count,
            done.Softened,
            Math.Round(watch.Elapsed.TotalSeconds, 1)
        );
        context.WriteResult(result, console =>
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{folder}: {done.ShardsDone} of {done.Shards} shards complete; {done.Seconds / 3600:0.00} hours made in "
                        + $"{watch.Elapsed.TotalSeconds:0} s."
                )
            )
        );
        return ExitCode.Success;
    }

    private sealed record BuildSummary(
        string Folder,
        int ShardsDone,
        int Shards,
        double Seconds,
        int Skipped,
        int Softened,
        double WallSeconds
    );

    // Progress<T> would post to the thread pool and could report after the end.
    private sealed class DirectProgress(Action<BuildProgress> report) : IProgress<BuildProgress>
    {
        public void Report(BuildProgress value) => report(value);
    }
}
