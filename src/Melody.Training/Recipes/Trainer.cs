using System.Text.Json;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Loop;
using Melody.Training.Ranks;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Recipes;

/// <summary>One call of <c>melody train</c>: what every recipe does alike, from a built stage to weights in the model folder.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Device">Where the networks run.</param>
/// <param name="Output">Where the log goes.</param>
/// <param name="Cancellation">Saves and ends.</param>
internal sealed record Trainer(TrainingRequest Request, Device Device, TextWriter Output, CancellationToken Cancellation)
{
    /// <summary>What the training of a part starts from.</summary>
    /// <exception cref="MelodyException">The model to start from is unusable or lacks the part.</exception>
    public StartingWeights<TConfig, TModule> Start<TConfig, TModule>(Part<TConfig, TModule> part)
        where TConfig : notnull
        where TModule : nn.Module => new(Request, part);

    /// <summary>Whether the training goes on from a checkpoint, which then holds all that is fitted before the first step.</summary>
    public bool GoesOn => Request.Resume && CheckpointStore.Of(Request.RunFolder).Any();

    /// <summary>The options of the stage: its preset's, with the changes that were asked for.</summary>
    /// <exception cref="MelodyException">The preset or an option is unknown.</exception>
    public T Options<T>() => TrainingPreset.Read<T>(Request);

    /// <summary>Writes a line of the log, with the stage before it.</summary>
    public void Note(FormattableString line) => Output.WriteLine($"{Request.Stage}: {FormattableString.Invariant(line)}");

    /// <summary>Trains a network and puts it into the model folder; returns whether the last step has been reached.</summary>
    /// <param name="start">What the network started from.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="network">The network.</param>
    /// <param name="stage">Batches and loss.</param>
    /// <param name="options">What a resumed run has to share with the one before.</param>
    /// <param name="steps">The preset's.</param>
    /// <param name="complete">Called with the averaged parameters in the network; completes it before it is written.</param>
    /// <exception cref="MelodyException">The run folder belongs to another training, or the training diverged.</exception>
    public bool Train<TConfig, TModule, TBatch>(
        StartingWeights<TConfig, TModule> start,
        TConfig config,
        TModule network,
        TrainingStage<TBatch> stage,
        object options,
        long steps,
        Action<CancellationToken>? complete = null
    )
        where TConfig : notnull
        where TModule : nn.Module => Train(start.Part, config, network, stage, start.Share(options), steps, token =>
        {
            complete?.Invoke(token);
            start.Keep(network);
        });

    /// <summary>Trains the network of a part and puts it into the model folder; returns whether the last step has been reached.</summary>
    /// <param name="part">What is trained.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="network">The network.</param>
    /// <param name="stage">Batches and loss.</param>
    /// <param name="options">What a resumed run has to share with the one before.</param>
    /// <param name="steps">The preset's.</param>
    /// <param name="complete">Called with the averaged parameters in the network; completes it before it is written.</param>
    /// <exception cref="MelodyException">The run folder belongs to another training, or the training diverged.</exception>
    public bool Train<TConfig, TModule, TBatch>(
        Part<TConfig, TModule> part,
        TConfig config,
        TModule network,
        TrainingStage<TBatch> stage,
        object options,
        long steps,
        Action<CancellationToken>? complete = null
    )
        where TConfig : notnull
        where TModule : nn.Module
    {
        if (Request.CoolDown is { } coolDown && !(coolDown > TimeSpan.Zero && coolDown <= Request.Budget))
            throw new MelodyException(
                "The cool-down is the end of the time given with --minutes: it has to be longer than nothing and no longer than that."
            );
        var settings = new TrainingOptions
        {
            RunFolder = Request.RunFolder,
            Steps = Request.Steps ?? steps,
            Budget = Request.Budget,
            CoolDown = Request.CoolDown,
            Seed = Request.Seed,
            Resume = Request.Resume,
            CheckpointInterval = Request.CheckpointInterval,
            ValidationSteps = Request.ValidationSteps,
            Configuration = JsonSerializer.Serialize(
                new
                {
                    Stage = Request.Stage.Name,
                    Request.Preset,
                    Request.Seed,
                    Options = ConfigJson.Write(options),
                }
            ),
        };
        var written = new WrittenPart(Request, part);
        var ranks = RankGroup.Current;
        ITrainingLog log = ranks.IsFirst ? new ConsoleLog(Request.Stage.Name, Output, Request.RunFolder) : new SilentLog();
        using var loop = new TrainingLoop<TBatch>(stage, settings, log);
        loop.Open();
        if (loop.Finished && ranks.FirstSays(ranks.IsFirst && written.IsOf(loop.Step)))
        {
            Output.WriteLine(
                $"{Request.Stage}: all {loop.Step} steps are done and their weights are in {Request.ModelFolder}; a larger "
                    + $"--steps would go on"
            );
            return true;
        }
        if (!ranks.IsAlone)
            Output.WriteLine($"{Request.Stage}: {ranks.Description}");
        bool finished = loop.Run(Cancellation);
        if (!ranks.IsFirst || loop.Step == 0 || written.IsOf(loop.Step))
            return finished;
        if (!finished && !Request.Export && written.IsOfAnotherRun())
        {
            Output.WriteLine(
                $"{Request.Stage}: {Request.ModelFolder} keeps the weights of another training until the last step; --export "
                    + $"replaces them now"
            );
            return finished;
        }
        // a run that was interrupted still leaves its weights; a second signal ends it at once, with the checkpoint written
        var token = Cancellation.IsCancellationRequested ? CancellationToken.None : Cancellation;
        RankGroup.Apart(() => loop.WithAverages(() => written.Write(loop.Step, writer =>
                {
                    complete?.Invoke(token);
                    part.Write(writer, config, network, loop.Summary());
                })));
        Output.WriteLine($"{Request.Stage}: weights written into {Request.ModelFolder}");
        return finished;
    }
}
