using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Melody.Audio;
using Melody.Cli.Shared;
using Melody.Prompting;

namespace Melody.Cli.Verbs;

/// <summary>
/// A verb that makes music: everything that can be refused is refused first, then the model is loaded once, and each piece is made and
/// written in turn.
/// </summary>
internal abstract class GenerationVerb : Verb
{
    private readonly GenerationArguments _generation;
    private readonly OutputArguments _output;
    private readonly ModelArguments _model;
    private readonly Option<int?> _count = TypedOption.Number(
        "--count",
        "How many pieces to make, with consecutive seeds; their files are numbered from 1.",
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
        _generation = new(this, seconds, normalized, choosing);
        Options.Add(_count);
        _model = new(this);
    }

    /// <summary>Reads the verb's own arguments: what is to be made, without the sound of the file that it starts from.</summary>
    /// <exception cref="MelodyException">They cannot be used.</exception>
    protected abstract MusicRequest Read(ParseResult arguments);

    /// <summary>Path of the music that the task starts from; null for none.</summary>
    protected virtual string? SourceOf(ParseResult arguments) => null;

    /// <summary>Beginning of the file's name when the user gives none.</summary>
    protected abstract string StemOf(ParseResult arguments);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var options = _generation.Read(arguments);
        var request = Read(arguments);
        if (request.Prompt?.Text is { } words)
            PromptLimits.Check(words);
        if (SourceOf(arguments) is { } source)
            await SourceAudio.CheckAsync(source, context).ConfigureAwait(false);
        var targets = _output.Plan(
            arguments,
            context,
            string.Create(CultureInfo.InvariantCulture, $"{StemOf(arguments)}-{options.Seed}"),
            arguments.GetValue(_count) ?? 1
        );
        long most = GenerationArguments.LargestSeed - ((long)targets.Count * options.BestOf - 1);
        if (options.Seed > most)
            throw new MelodyException(
                $"--seed {options.Seed} leaves no seeds for the other pieces of --count and --best-of; give at most {most}."
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
        var path = SourceOf(arguments);
        if (path is not null)
            request = request with { Source = await SourceAudio.ReadAsync(path, loaded.Model, context).ConfigureAwait(false) };
        var earlier = path is null ? null : await SourceAudio.RecipeAsync(path, context).ConfigureAwait(false);
        targets[0].RequireSpace(options.Seconds * targets.Count, rate);
        if (!_generation.HasLength)
            options = options with { Seconds = request.Source!.Seconds };
        var generator = new MusicGenerator(loaded.Model);
        var files = new List<FileReport>();
        GenerationRecipe? first = null;
        foreach (var target in targets)
        {
            var watch = Stopwatch.StartNew();
            var relay = new StageRelay(progress, target.Path == "-" ? "music" : Path.GetFileName(target.Path));
            relay.Report(new("", 0));
            var own = options with { Seed = options.Seed + files.Count * options.BestOf };
            if (target.TakesStream && request.CanStream && own is { BestOf: 1, Loudness: null or LoudnessMode.Raw })
            {
                long frames = request.StreamedFrames(loaded.Model, own);
                (first, var streamed) = await StreamAsync(
                        generator.ChunksAsync(request, own, relay, context.Cancellation),
                        frames,
                        Named,
                        target,
                        context
                    )
                    .ConfigureAwait(false);
                double wall = watch.Elapsed.TotalSeconds;
                files.Add(new("-", (double)frames / rate, first.Seed, wall, own.Seconds / wall, streamed.Samples));
                continue;
            }
            var result = await generator.MakeAsync(request, own, relay, context.Cancellation).ConfigureAwait(false);
            relay.Report(new("", 1));
            var recipe = Named(result.Recipe);
            var (written, clipping) = await target.WriteAsync(result.Audio, recipe.ToMetadata(), context).ConfigureAwait(false);
            files.Add(GenerationReport.Of(written, result.Audio, clipping, recipe, watch.Elapsed));
            first ??= recipe;
        }
        return GenerationReport.Make(first!, loaded, files);

        GenerationRecipe Named(GenerationRecipe recipe)
        {
            recipe = recipe with { Model = loaded.Id };
            return path is null ? recipe : recipe.From(Path.GetFileName(SoundSources.NameOf(path)), earlier);
        }
    }

    private static async Task<(GenerationRecipe Recipe, Clipping Clipping)> StreamAsync(
        IAsyncEnumerable<AudioChunk> chunks,
        long frames,
        Func<GenerationRecipe, GenerationRecipe> named,
        OutputTarget target,
        CommandContext context
    )
    {
        GenerationRecipe? made = null;
        var clipping = await target
            .WriteAsync(chunks, frames, recipe => (made = named(recipe)).ToMetadata(), context)
            .ConfigureAwait(false);
        return (made!, clipping);
    }
}
