using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Melody.Audio;
using Melody.Cli.Shared;
using Melody.Prompting;

namespace Melody.Cli.Verbs;

/// <summary>What a verb was asked for, apart from how the music should sound.</summary>
/// <param name="Stem">Beginning of the file's name when the user gives none.</param>
/// <param name="Prompt">Words, or null.</param>
/// <param name="Source">Path of the music to start from, or null.</param>
/// <param name="Make">Makes one piece.</param>
internal sealed record MusicRequest(string Stem, string? Prompt, string? Source, Func<MusicWork, Task<GenerationResult>> Make);

/// <summary>All that one piece is made of.</summary>
/// <param name="Generator">Over the loaded model.</param>
/// <param name="Source">The music to start from, mono at the model's rate; empty when there is none.</param>
/// <param name="Options">With the piece's own seed.</param>
/// <param name="Progress">Of this piece.</param>
/// <param name="Cancellation">Ends the work within a step.</param>
internal sealed record MusicWork(
    MusicGenerator Generator,
    AudioClip Source,
    GenerationOptions Options,
    IProgress<GenerationProgress> Progress,
    CancellationToken Cancellation
);

/// <summary>A verb that makes music: everything that can be refused is refused first, then the model is loaded once, and each piece is made and written in turn.</summary>
internal abstract class GenerationVerb : Verb
{
    private readonly GenerationArguments _generation;
    private readonly OutputArguments _output;
    private readonly ModelArguments _model;
    private readonly Option<int?>? _bestOf;
    private readonly Option<int?> _count = TypedOption.Number(
        "--count",
        "How many pieces to make, with the seeds that follow on; their files are numbered from 1.",
        1,
        1000
    );

    /// <param name="name">Of the verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="seconds">What <c>--seconds</c> means; null when the length is given by other music.</param>
    /// <param name="normalized">Whether the loudness is set unless the user says otherwise.</param>
    /// <param name="choosing">Whether the best of several pieces can be asked for.</param>
    protected GenerationVerb(string name, string description, string? seconds, bool normalized = true, bool choosing = false)
        : base(name, description)
    {
        _output = new(this);
        _generation = new(this, seconds, normalized);
        Options.Add(_count);
        if (choosing)
        {
            _bestOf = TypedOption.Number(
                "--best-of",
                "Make so many, with the seeds that follow on, and keep the one that the model hears as nearest to the prompt.",
                1,
                64
            );
            Options.Add(_bestOf);
        }
        _model = new(this);
    }

    /// <summary>Reads the verb's own arguments.</summary>
    /// <exception cref="MelodyException">They cannot be used.</exception>
    protected abstract MusicRequest Read(ParseResult arguments);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var options = _generation.Read(arguments) with { BestOf = (_bestOf is null ? null : arguments.GetValue(_bestOf)) ?? 1 };
        var request = Read(arguments);
        if (request.Prompt is { } prompt)
            PromptLimits.Check(prompt);
        if (request.Source is { } source)
            await SourceAudio.CheckAsync(source, context).ConfigureAwait(false);
        var targets = _output.Plan(
            arguments,
            context,
            string.Create(CultureInfo.InvariantCulture, $"{request.Stem}-{options.Seed}"),
            arguments.GetValue(_count) ?? 1
        );
        _model.Check(arguments, context);
        var report = await context
            .WithProgressAsync(progress => MakeAsync(request, options, targets, arguments, context, progress))
            .ConfigureAwait(false);
        if (report.Asked() is { } asked)
            context.Note(asked);
        if (targets[0].Path == "-")
            context.Note(GenerationReport.Sentence(report.Files[0]));
        else
            context.WriteResult(report, console =>
            {
                foreach (var file in report.Files)
                    console.Profile.Out.Writer.WriteLine(GenerationReport.Sentence(file));
            });
        foreach (var (target, file) in targets.Zip(report.Files))
            OutputTarget.RequireName(target.Path, file.File);
        return ExitCode.Success;
    }

    private async Task<GenerationReport> MakeAsync(
        MusicRequest request,
        GenerationOptions options,
        IReadOnlyList<OutputTarget> targets,
        ParseResult arguments,
        CommandContext context,
        IStageProgress progress
    )
    {
        using var loaded = await _model.LoadAsync(arguments, context, progress).ConfigureAwait(false);
        int rate = loaded.Model.SampleRate;
        var source = request.Source is { } path
            ? await SourceAudio.ReadAsync(path, rate, context).ConfigureAwait(false)
            : new AudioClip([], rate);
        targets[0].RequireSpace(options.Seconds * targets.Count, rate);
        var generator = new MusicGenerator(loaded.Model);
        var files = new List<FileReport>();
        GenerationRecipe? first = null;
        foreach (var target in targets)
        {
            var watch = Stopwatch.StartNew();
            var relay = new StageRelay(progress, target.Path == "-" ? "music" : Path.GetFileName(target.Path));
            relay.Report(new("", 0));
            var result = await request
                .Make(
                    new(generator, source, options with { Seed = options.Seed + files.Count * options.BestOf }, relay, context.Cancellation)
                )
                .ConfigureAwait(false);
            relay.Report(new("", 1));
            var recipe = result.Recipe with { Model = loaded.Id, Source = request.Source is { } file ? Path.GetFileName(SoundSources.NameOf(file)) : null };
            var written = await target.WriteAsync(result.Audio, Metadata(recipe), context).ConfigureAwait(false);
            files.Add(GenerationReport.Of(target with { Path = written }, result.Audio, recipe, watch.Elapsed));
            first ??= recipe;
        }
        return GenerationReport.Make(first!, loaded, files);
    }

    private static AudioMetadata Metadata(GenerationRecipe recipe) =>
        new()
        {
            Title = recipe.Prompt ?? $"{recipe.Task} {recipe.Source}",
            Software = ProgramName,
            Recipe = recipe.ToJson(),
        };

    /// <summary>Melody and its version, as files name it.</summary>
    internal static string ProgramName { get; } = $"Melody {GenerationPlan.Version.Split('+')[0]}";
}
