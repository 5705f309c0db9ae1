using Melody.Training.Loop;
using Melody.Training.Optimization;
using static TorchSharp.torch;

namespace Melody.Training.LowRank;

/// <summary>
/// Another stage whose network stays as it is and learns by <see cref="LowRankFactors"/> alone. Validation is the stage's own loss on
/// held-out batches, each with random numbers of its own that are the same every time; the best factors are kept, and training
/// ends (<see cref="Stop"/>) when they have not become better for a while.
/// </summary>
/// <typeparam name="TBatch">A managed batch.</typeparam>
internal sealed class LowRankStage<TBatch> : TrainingStage<TBatch>
{
    /// <summary>The figure of a validation.</summary>
    public const string HeldOut = "held-out loss";

    private readonly TrainingStage<TBatch> _stage;
    private readonly LowRankFactors _factors;
    private readonly IBatchSource<TBatch> _heldOut;
    private readonly EarlyStop _early;
    private readonly int _batches;
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, Tensor>? _best;

    /// <param name="stage">Batches and loss; disposed of with this one.</param>
    /// <param name="factors">What is trained.</param>
    /// <param name="heldOut">Held-out batches.</param>
    /// <param name="batches">How many of them a validation reads.</param>
    /// <param name="patience">Validations without a better loss after which training ends.</param>
    /// <param name="options">How the factors are optimised.</param>
    public LowRankStage(
        TrainingStage<TBatch> stage,
        LowRankFactors factors,
        IBatchSource<TBatch> heldOut,
        int batches,
        int patience,
        OptimizerOptions options
    )
    {
        (_stage, _factors, _heldOut, _batches, _early) = (stage, factors, heldOut, batches, new(patience));
        Sets = [new("adapter", [factors], options)];
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => _stage.AudioSecondsPerBatch;

    /// <inheritdoc/>
    public override double FlopsPerBatch => _stage.FlopsPerBatch;

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<TBatch> Batches => _stage.Batches;

    /// <summary>Cancelled when the held-out loss no longer falls.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The held-out loss before the first step and the lowest since.</summary>
    public EarlyStop Early => _early;

    /// <summary>The factors with the lowest held-out loss, by their names in a file; null before the first validation.</summary>
    public IReadOnlyDictionary<string, Tensor>? Best => _best;

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, TBatch batch, StepContext context, Figures figures)
    {
        _factors.Write();
        if (_stage.Loss(_stage.Sets[0], batch, context, figures) is not { } loss)
            return null;
        if (!loss.isfinite().item<bool>())
            return loss.detach(); // the loop leaves the step out
        loss.backward();
        return _factors.Follow(loss);
    }

    /// <inheritdoc/>
    public override Figures Validate(long step, string folder)
    {
        _factors.Write();
        double loss = 0;
        for (int i = 0; i < _batches; i++)
        {
            using var scope = NewDisposeScope();
            random.manual_seed(i + 1);
            var context = new StepContext(0, 1, new Random(i + 1));
            loss += _stage.Loss(_stage.Sets[0], _heldOut.Create(i), context, new(wanted: false))!.item<float>() / _batches;
        }
        if (_early.Tell(step, loss))
        {
            Forget();
            _best = _factors.Snapshot();
        }
        if (_early.IsOver)
            _stop.Cancel();
        return new() { [HeldOut] = loss };
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Forget();
        _stop.Dispose();
        _stage.Dispose();
        base.Dispose();
    }

    private void Forget()
    {
        foreach (var tensor in _best?.Values.AsEnumerable() ?? [])
            tensor.Dispose();
        _best = null;
    }
}
