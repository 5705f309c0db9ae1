using System.Text.Json;
using Melody.Runtime;
using Melody.Training.Loop;
using Melody.Training.Parts;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Runs;

/// <summary>One call of <c>melody train</c>: what every stage does alike, from a built stage to weights in the model folder.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Device">Where the networks run.</param>
/// <param name="Output">Where the log goes.</param>
/// <param name="Cancellation">Saves and ends.</param>
internal sealed record StageRun(TrainingRequest Request, Device Device, TextWriter Output, CancellationToken Cancellation)
{
    /// <summary>Runs the loop and puts the part into the model folder; returns whether the last step has been reached.</summary>
    /// <param name="part">What the stage trains.</param>
    /// <param name="stage">Network, batches and loss.</param>
    /// <param name="steps">The preset's.</param>
    /// <param name="stageOptions">What a resumed run has to share with the one before.</param>
    /// <param name="write">Called with the averaged parameters in the network; completes the part and puts it into the model folder.</param>
    public bool Train<TBatch>(
        string part,
        TrainingStage<TBatch> stage,
        long steps,
        object stageOptions,
        Action<ModelFolderWriter, TrainingSummary, CancellationToken> write
    )
    {
        if (Request.CoolDown is { } coolDown && !(coolDown > TimeSpan.Zero && coolDown <= Request.Budget))
            throw new MelodyException(
                "The cool-down is the end of the time given with --minutes: it has to be longer than nothing and no longer than that."
            );
        var options = new TrainingOptions
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
                    Request.Stage,
                    Request.Preset,
                    Request.Seed,
                    Options = ConfigJson.Write(stageOptions),
                }
            ),
        };
        var written = new WrittenPart(Request, part);
        using var loop = new TrainingLoop<TBatch>(stage, options, new ConsoleLog(Output, Request.RunFolder));
        loop.Open();
        if (loop.Finished && written.IsOf(loop.Step))
        {
            Output.WriteLine(
                $"{Request.Stage}: all {loop.Step} steps are done and their weights are in {Request.ModelFolder}; a larger --steps would go on"
            );
            return true;
        }
        bool finished = loop.Run(Cancellation);
        if (loop.Step == 0 || written.IsOf(loop.Step))
            return finished;
        if (!finished && !Request.Export && written.IsOfAnotherRun())
        {
            Output.WriteLine(
                $"{Request.Stage}: {Request.ModelFolder} keeps the weights of another training until the last step; --export replaces them now"
            );
            return finished;
        }
        // a run that was interrupted still leaves its weights; a second signal ends it at once, with the checkpoint written
        var token = Cancellation.IsCancellationRequested ? CancellationToken.None : Cancellation;
        using var pause = FinalizerPause.Begin(); // codebooks are fitted with as many tensors as a step has
        loop.WithAverages(() => written.Write(loop.Step, writer => write(writer, loop.Summary(), token)));
        Output.WriteLine($"{Request.Stage}: weights written into {Request.ModelFolder}");
        return finished;
    }
}
