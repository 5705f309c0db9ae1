using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Melody.Models;
using Melody.Presets;
using Melody.Studio.Engine;

namespace Melody.Cli.Shared;

/// <summary>A model and how long it took to load.</summary>
/// <param name="Model">The networks.</param>
/// <param name="Seconds">Wall-clock time of the loading.</param>
internal sealed record LoadedModel(MusicModel Model, double Seconds) : IDisposable
{
    public void Dispose() => Model.Dispose();

    /// <summary>The model's name, which says so when its weights are untrained.</summary>
    public string Id => Model.IsTrained || Model.Id.StartsWith("untrained-", StringComparison.Ordinal) ? Model.Id : $"untrained-{Model.Id}";
}

/// <summary>Which model a verb works with: the one of <c>--model</c>, or noise on purpose with <c>--untrained</c>.</summary>
internal sealed class ModelArguments
{
    private const string DefaultPreset = "mini";

    private readonly Option<string?> _untrained = new("--untrained")
    {
        Description =
            $"Make noise on purpose, for tests and benchmarks: random weights in the sizes of a preset ({DefaultPreset} by "
            + $"default), or the untrained ones of --model.",
        HelpName = string.Join('|', PresetFile.Names),
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _adapters = AdapterArgument.Option();

    /// <param name="command">Gets the options.</param>
    /// <param name="adapts">Whether the verb makes music, which adapters change.</param>
    public ModelArguments(Command command, bool adapts = true)
    {
        if (adapts)
            command.Options.Add(_adapters);
        _untrained.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !PresetFile.Names.Contains(token.Value))
                result.AddError(
                    $"--untrained is '{token.Value}'; choose {string.Join(", ", PresetFile.Names)}, or put --untrained at the end"
                );
        });
        command.Options.Add(_untrained);
    }

    /// <summary>Loads the model; says on standard error when it can only make noise.</summary>
    /// <exception cref="MelodyException">There is no model, or it is untrained without <c>--untrained</c>.</exception>
    public async Task<LoadedModel> LoadAsync(ParseResult arguments, CommandContext context, IStageProgress progress)
    {
        const string stage = "loading the model";
        progress.Report(stage, 0);
        bool untrained = IsUntrained(arguments);
        var options = new MusicModelOptions
        {
            Device = context.Device,
            Threads = context.Threads,
            AllowUntrained = untrained,
            Adapters = Adapters(arguments),
        };
        var watch = Stopwatch.StartNew();
        var model =
            untrained && context.Model is null
                ? await Task.Run(
                        () => MusicModel.CreateUntrained(arguments.GetValue(_untrained) ?? DefaultPreset, 0, options),
                        context.Cancellation
                    )
                    .ConfigureAwait(false)
                : await MusicModel.LoadAsync(context.Model, options, context.Cancellation).ConfigureAwait(false);
        progress.Report(stage, 1);
        return new(model, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Refuses what cannot be loaded, and warns of noise, before any work.</summary>
    /// <exception cref="MelodyException">There is no model, or two were named, or an adapter cannot be used.</exception>
    public void Check(ParseResult arguments, CommandContext context)
    {
        var adapters = Adapters(arguments);
        if (adapters.Count > 0 && IsUntrained(arguments) && context.Model is null)
            throw new MelodyException("An adapter belongs to the model that it was trained on; give that model in place of --untrained.");
        AdapterArgument.Check(adapters, () => ModelLocation.Resolve(context.Model));
        if (!IsUntrained(arguments))
            ModelLocation.Resolve(context.Model);
        else if (context.Model is not null && arguments.GetValue(_untrained) is not null)
            throw new MelodyException("Give --model or a preset after --untrained, not both.");
        else
            context.Note("The weights are untrained: this makes noise.");
    }

    /// <summary>The engine of a front end: what is known of the model without loading it.</summary>
    /// <exception cref="MelodyException">There is no model, or it is untrained without <c>--untrained</c>.</exception>
    public IMusicEngine OpenFront(ParseResult arguments, CommandContext context)
    {
        if (Adapters(arguments).Count > 0)
            throw new MelodyException("This server makes no music itself; give --adapter to 'melody worker' instead.");
        bool untrained = IsUntrained(arguments);
        return untrained && context.Model is null
            ? FrontEngine.Untrained(arguments.GetValue(_untrained) ?? DefaultPreset)
            : FrontEngine.Open(ModelLocation.Resolve(context.Model), untrained);
    }

    private List<MusicAdapter> Adapters(ParseResult arguments) => AdapterArgument.All(arguments, _adapters);

    private bool IsUntrained(ParseResult arguments) => arguments.GetResult(_untrained) is { Implicit: false };
}
