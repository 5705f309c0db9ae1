using System.Reflection;
using Melody.Runtime;
using Melody.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Loop;

/// <summary>
/// The one training loop, read top to bottom: batch, loss, backward, update, log, validate, checkpoint. Everything
/// random follows from the seed and the step, so a resumed run equals an uninterrupted one bit for bit on a CPU.
/// </summary>
internal sealed class TrainingLoop<TBatch>(TrainingStage<TBatch> stage, TrainingOptions options, ITrainingLog log) : IDisposable
{
    private const int MostSkipsInARow = 10;

    private readonly Dictionary<TrainedSet, AdamW> _optimizers = stage.Sets.ToDictionary(
        set => set,
        set => new AdamW(set.Modules, set.Options)
    );
    private readonly CheckpointStore _store = new(Path.Combine(options.RunFolder, "checkpoints"));
    private long _step,
        _skipped,
        _savedStep = -1,
        _validatedStep = -1;
    private double _secondsBefore,
        _seconds;
    private long _started;
    private bool _open;

    /// <summary>Steps done.</summary>
    public long Step => _step;

    /// <summary>Whether the last step has been done.</summary>
    public bool Finished => _step >= options.Steps;

    /// <summary>Takes up the training in the run folder, if there is one.</summary>
    /// <exception cref="MelodyException">The folder is in use, belongs to another configuration, or no checkpoint can be read.</exception>
    public void Open()
    {
        if (_open)
            return;
        _open = true;
        SingleProcess.Require(Environment.GetEnvironmentVariable(SingleProcess.WorldSize));
        Directory.CreateDirectory(options.RunFolder);
        if (!_store.Any())
            return;
        if (!options.Resume)
            throw new MelodyException(
                $"{options.RunFolder} already holds a training; add --resume to go on with it, or choose another folder."
            );
        var state = _store.Load(Tensors());
        if (state.Configuration != options.Configuration)
            throw new MelodyException(
                $"The training in {options.RunFolder} was started with another configuration; use the same options, or choose "
                    + $"another folder."
            );
        (_step, _skipped, _seconds) = (state.Step, state.Skipped, state.Seconds);
        (_secondsBefore, _savedStep) = (_seconds, _step);
        foreach (var (set, optimizer) in _optimizers)
        {
            if (!state.Updates.TryGetValue(set.Name, out long updates))
                throw new MelodyException(
                    $"The last checkpoint in {options.RunFolder} is damaged: it does not tell the updates of '{set.Name}'."
                );
            optimizer.Updates = updates;
            foreach (var bucket in optimizer.Buckets.Values)
                bucket.Scatter();
        }
    }

    /// <summary>
    /// Trains until the last step, the end of the budget, or cancellation, and saves a checkpoint in each case.
    /// </summary>
    /// <returns>Whether the last step has been reached.</returns>
    /// <exception cref="MelodyException">The run folder is in use, belongs to another configuration, or the training diverged.</exception>
    public bool Run(CancellationToken cancellation)
    {
        Open();
        var device = stage.Sets[0].Modules[0].parameters().First().device;
        log.Start(stage.Name, stage.Sets, MatmulPeak.Measure(device), _step, options.Steps);
        using var loader = new Prefetcher<TBatch>(stage.Batches, _step * options.Accumulation, options.Prefetch);
        _started = options.Clock.GetTimestamp();
        long saved = _started;
        int skipsInARow = 0;
        using var pause = FinalizerPause.Begin();

        while (!Finished && !cancellation.IsCancellationRequested && !(options.Clock.GetElapsedTime(_started) > options.Budget))
        {
            bool logged = (_step + 1) % options.LogSteps == 0;
            var figures = new Figures(wanted: logged);
            bool updated = Train(loader, figures);
            if (updated)
                skipsInARow = 0;
            else
            {
                _skipped++;
                if (++skipsInARow == MostSkipsInARow)
                    throw new MelodyException(
                        $"Training diverged: the loss or its gradient was not finite in {MostSkipsInARow} steps in a row, the "
                            + $"last being step {_step}; go on from the last checkpoint with a lower learning rate."
                    );
            }
            _step++;

            if (logged)
            {
                FinalizerPause.Renew();
                log.Step(
                    _step,
                    figures,
                    stage.AudioSecondsPerBatch * options.Accumulation,
                    stage.FlopsPerBatch * options.Accumulation,
                    loader.Waited,
                    _skipped
                );
            }
            if (options.ValidationSteps > 0 && _step % options.ValidationSteps == 0)
                Validate();
            if (options.Clock.GetElapsedTime(saved) >= options.CheckpointInterval)
            {
                Save();
                saved = options.Clock.GetTimestamp();
            }
        }
        Save();
        // whoever interrupts is in a hurry
        if (!cancellation.IsCancellationRequested)
            Validate();
        log.End(_step, options.Steps);
        return Finished;
    }

    private bool Train(Prefetcher<TBatch> loader, Figures figures)
    {
        using var scope = NewDisposeScope();
        long seed = unchecked(options.Seed * 0x5851F42D4C957F2D + _step);
        random.manual_seed(seed & long.MaxValue);
        var context = new StepContext(_step, options.Steps, new Random((int)(seed ^ (seed >> 32))));

        var active = new List<TrainedSet>();
        for (int pass = 0; pass < options.Accumulation; pass++)
        {
            using var passScope = NewDisposeScope();
            var batch = loader.Next();
            foreach (var set in stage.Sets)
            {
                Freeze(allBut: set);
                if (stage.Loss(set, batch, context, figures) is not { } loss)
                    continue;
                double value = loss.item<float>();
                if (!double.IsFinite(value))
                    return Abandon();
                loss.backward();
                if (pass == 0)
                    active.Add(set);
                figures[Label("loss", set)] = value;
            }
        }
        foreach (var set in active)
        {
            double rate =
                options.CoolDown is { } coolDown && options.Budget is { } budget
                    ? set.Options.CoolDownRateAt(_step, (budget - options.Clock.GetElapsedTime(_started)) / coolDown)
                    : set.Options.LearningRateAt(_step, options.Steps);
            double norm = _optimizers[set].Step(rate, 1.0 / options.Accumulation);
            figures[Label("gradient norm", set)] = norm;
            figures[Label("learning rate", set)] = rate;
            if (!double.IsFinite(norm))
                return Abandon();
        }
        return true;
    }

    private string Label(string figure, TrainedSet set) => stage.Sets.Count == 1 ? figure : $"{figure}/{set.Name}";

    // The loss of one set passes through the networks of the others without leaving gradients there.
    private void Freeze(TrainedSet allBut)
    {
        if (stage.Sets.Count == 1)
            return;
        foreach (var set in stage.Sets)
        foreach (var parameter in set.Modules.SelectMany(m => m.parameters()))
            parameter.requires_grad = set == allBut;
    }

    private bool Abandon()
    {
        foreach (var bucket in _optimizers.Values.SelectMany(o => o.Buckets.Values))
            bucket.ClearGradients();
        return false;
    }

    private void Validate()
    {
        if (_validatedStep == _step || _step == 0)
            return;
        _validatedStep = _step;
        var folder = Path.Combine(options.RunFolder, "samples");
        Directory.CreateDirectory(folder);
        WithAverages(() =>
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            random.manual_seed(options.Seed);
            log.Validation(_step, stage.Validate(_step, folder));
        });
    }

    /// <summary>Runs <paramref name="body"/> with the averaged parameters in the networks.</summary>
    public void WithAverages(Action body) => _optimizers.Values.Aggregate(body, (inner, optimizer) => () => optimizer.WithAverage(inner))();

    /// <summary>How far the training has come, for the model folder.</summary>
    public TrainingSummary Summary() =>
        new()
        {
            Steps = _step,
            OfSteps = options.Steps,
            Hours = Math.Round(_seconds / 3600, 2),
            Seed = options.Seed,
        };

    private void Save()
    {
        if (_savedStep == _step)
            return;
        _savedStep = _step;
        _seconds = _secondsBefore + options.Clock.GetElapsedTime(_started).TotalSeconds;
        _store.Save(Tensors(), State());
    }

    private CheckpointState State() =>
        new()
        {
            Step = _step,
            Batches = _step * options.Accumulation,
            Seed = options.Seed,
            TotalSteps = options.Steps,
            Updates = _optimizers.ToDictionary(o => o.Key.Name, o => o.Value.Updates),
            Skipped = _skipped,
            Seconds = _seconds,
            Configuration = options.Configuration,
            Commit = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        };

    // Everything that changes in training, by name; loading copies into the same tensors.
    private Dictionary<string, Tensor> Tensors()
    {
        var tensors = stage.Buffers.ToDictionary(b => $"buffer.{b.Key}", b => b.Value);
        foreach (var (set, optimizer) in _optimizers)
        foreach (var (name, bucket) in optimizer.Buckets)
        {
            tensors.Add($"{set.Name}.{name}.values", bucket.Values);
            tensors.Add($"{set.Name}.{name}.mean", bucket.Mean);
            tensors.Add($"{set.Name}.{name}.mean-square", bucket.MeanSquare);
            if (bucket.Average is not null)
                tensors.Add($"{set.Name}.{name}.average", bucket.Average);
        }
        return tensors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var optimizer in _optimizers.Values)
            optimizer.Dispose();
    }
}
