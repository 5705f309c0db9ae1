using Melody.Training.Optimization;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Training.Loop;

/// <summary>One set of parameters that a stage updates once a step: the network itself, or its discriminators.</summary>
/// <param name="Name">Names the set in logs and checkpoints.</param>
/// <param name="Modules">The modules whose parameters are updated.</param>
/// <param name="Options">How they are optimised.</param>
internal sealed record TrainedSet(string Name, IReadOnlyList<nn.Module> Modules, OptimizerOptions Options);

/// <summary>What a stage knows of the step it is in.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="TotalSteps">How many steps the whole training has.</param>
/// <param name="Random">Random numbers of this step alone: the same after a resume.</param>
internal sealed record StepContext(long Step, long TotalSteps, Random Random)
{
    /// <summary>The processes that compute the step together, each its rows of the batch.</summary>
    public RankGroup Ranks { get; init; } = RankGroup.Alone;
}

/// <summary>Figures by name, as the log shows them.</summary>
/// <param name="wanted">False in a step that is not logged: reading a tensor would make a GPU wait for nothing.</param>
internal sealed class Figures(bool wanted = true) : Dictionary<string, double>
{
    /// <summary>Reads a scalar, of any device; without effect where nobody wants to see it.</summary>
    public void Show(string name, Tensor scalar)
    {
        if (wanted)
            this[name] = scalar.item<float>();
    }
}

/// <summary>
/// What a stage computes: its networks, batches, losses and measures; <see cref="TrainingLoop{TBatch}"/> knows the rest. Its name stands
/// in its recipe.
/// </summary>
/// <typeparam name="TBatch">A managed batch.</typeparam>
internal abstract class TrainingStage<TBatch> : IDisposable
{
    /// <summary>Seconds of audio that one batch stands for.</summary>
    public abstract double AudioSecondsPerBatch { get; }

    /// <summary>Floating-point operations of a batch's forward and backward passes, or 0 when not known.</summary>
    public virtual double FlopsPerBatch => 0;

    /// <summary>What is trained; updated in this order in every step.</summary>
    public abstract IReadOnlyList<TrainedSet> Sets { get; }

    /// <summary>Makes the batches.</summary>
    public abstract IBatchSource<TBatch> Batches { get; }

    /// <summary>Buffers that change in training without a gradient (running statistics, codebooks), saved in checkpoints.</summary>
    public virtual IReadOnlyDictionary<string, Tensor> Buffers => new Dictionary<string, Tensor>();

    /// <summary>
    /// The loss of <paramref name="set"/> for a batch, a float32 scalar with a gradient; null when the set rests in this
    /// step. Sets are asked in order with the same batch, so a later one may use what an earlier one computed.
    /// </summary>
    public abstract Tensor? Loss(TrainedSet set, TBatch batch, StepContext context, Figures figures);

    /// <summary>
    /// Measures the networks on held-out data, with the averaged parameters; may leave pictures or sound in <paramref name="folder"/>.
    /// </summary>
    public abstract Figures Validate(long step, string folder);

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
