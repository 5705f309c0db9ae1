using System.CommandLine;
using System.Security.Cryptography;
using Melody.Cli.Shared;
using Melody.Corpus.Storage;
using Melody.Evaluation.Comparison;
using Melody.Foundation;
using Melody.Prompting;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate compare</c>: a page on which a listener chooses between two models without knowing which is which.</summary>
internal sealed class EvaluateCompareVerb : Verb
{
    private readonly Argument<string> _first = new("first") { Description = "Folder of a model, or of sounds that were made before." };
    private readonly Argument<string> _second = new("second")
    {
        Description = "Folder of the other model, or of other sounds; a sound has the name of its prompt.",
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the page: index.html, sounds and pictures.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string?> _prompts = new("--prompts")
    {
        Description =
            "File of prompts, one a line: the prompt alone, or name, seed, seconds and prompt between tabs. "
            + "Two folders of sounds need none.",
        HelpName = "file",
    };
    private readonly Option<double?> _seconds = TypedOption.Number(
        "--seconds",
        "Length of music for prompts that state none; 10 by default.",
        1.0,
        600.0,
        "seconds"
    );
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "Of the order of A and B; drawn when not given.",
        0L,
        GenerationArguments.LargestSeed
    );
    private readonly OptionList _generation;
    private readonly Option<bool> _untrained = new("--untrained") { Description = "Compare even models that have not been trained." };

    public EvaluateCompareVerb()
        : base("compare", "Writes a page for a blind comparison of two models by ear: A or B for every prompt, equally loud.")
    {
        Arguments.Add(_first);
        Arguments.Add(_second);
        foreach (var option in new Option[] { _output, _prompts, _seconds, _seed })
            Options.Add(option);
        _generation = new(this, new GenerationOptions(), "--seconds", "--bpm", "--key", "--metre", "--loudness");
        Options.Add(_untrained);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        string output = arguments.GetRequiredValue(_output),
            one = arguments.GetRequiredValue(_first),
            other = arguments.GetRequiredValue(_second);
        if (Path.GetFullPath(one) == Path.GetFullPath(other))
            throw new MelodyException($"'{one}' is on both sides; give two models, or two folders of sounds.");
        FolderContent.RequireFree(output, own: null);
        IComparedSide first = Side(one, arguments, context),
            second = Side(other, arguments, context);
        var prompts = Prompts(first, second, arguments);
        long seed = arguments.GetValue(_seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        BlindComparison.Write(
                            first,
                            second,
                            prompts,
                            seed,
                            output,
                            share => progress.Report("sounds", share),
                            context.Cancellation
                        );
                        return true;
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        var page = Path.Combine(output, BlindComparison.PageName);
        context.WriteResult(new { page, prompts = prompts.Count }, console =>
            console.WriteLine($"{page}: {prompts.Count} prompts. Open it in a browser; it tells at the end which is which.")
        );
        return ExitCode.Success;
    }

    private IComparedSide Side(string folder, ParseResult arguments, CommandContext context)
    {
        if (!File.Exists(Path.Combine(folder, ModelFolder.ConfigName)))
            return new ComparedFolder(folder);
        var model = ModelFolder.Open(folder); // refused before the other one works
        if (!arguments.GetValue(_untrained))
            model.RequireTrained();
        var options = new GenerationOptions();
        _generation.Set(arguments, options);
        options.Validate();
        var load = new MusicModelOptions
        {
            Device = context.Device,
            Threads = context.Threads,
            AllowUntrained = arguments.GetValue(_untrained),
        };
        return new ComparedModel(folder, load, options, arguments.GetValue(_seconds) ?? 10);
    }

    private IReadOnlyList<ComparedPrompt> Prompts(IComparedSide first, IComparedSide second, ParseResult arguments)
    {
        if (arguments.GetValue(_prompts) is { } file)
        {
            var prompts = ComparedPrompt.Read(file);
            foreach (var prompt in prompts)
                PromptLimits.Check(prompt.Text);
            foreach (var sounds in new[] { first, second }.OfType<ComparedFolder>())
                sounds.Require(prompts);
            return prompts;
        }
        return first is ComparedFolder some && second is ComparedFolder others
            ? some.CommonWith(others)
            : throw new MelodyException("Give the file of prompts that the models answer with --prompts.");
    }
}
