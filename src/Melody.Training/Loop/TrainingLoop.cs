using System.Reflection;
using Melody.Runtime;
using Melody.Training.Optimization;
using Melody.Training.Ranks;
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
    private const long SeedMultiplier = 0x5851F42D4C957F2D; // of Knuth's MMIX generator: runs of other seeds share no step

    private readonly Dictionary<TrainedSet, AdamW> _optimizers = stage.Sets.ToDictionary(
        set => set,
        set => new AdamW(set.Modules, set.Options)
    );
    private readonly RankGroup _ranks = RankGroup.Current;
    private readonly CheckpointStore _store = CheckpointStore.Of(options.RunFolder);
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
        if (_ranks.IsFirst)
        {
            Directory.CreateDirectory(options.RunFolder);
            if (_store.Any())
                Load();
        }
        (_step, _skipped, _seconds) = ((long)_ranks.OfFirst(_step), (long)_ranks.OfFirst(_skipped), _ranks.OfFirst(_seconds));
        (_secondsBefore, _savedStep) = (_seconds, _step > 0 ? _step : _savedStep);
        foreach (var optimizer in _optimizers.Values)
            optimizer.Updates = (long)_ranks.OfFirst(optimizer.Updates);
        foreach (var tensor in _ranks.IsAlone ? [] : Tensors().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value))
            _ranks.Broadcast(tensor);
        foreach (var bucket in _ranks.IsAlone ? [] : _optimizers.Values.SelectMany(o => o.Buckets.Values))
            bucket.Scatter();
    }

    private void Load()
    {
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
        (_step, _skipped, _seconds, _savedStep) = (state.Step, state.Skipped, state.Seconds, state.Step);
        foreach (var (set, optimizer) in _optimizers)
        {
            if (!state.Updates.TryGetValue(set.Name, out long updates))
                throw new MelodyException(
                    $"The last checkpoint in {options.RunFolder} is damaged: it does not hold the number of updates of '{set.Name}'."
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
        log.Start(stage.Sets, MatmulPeak.Measure(device), _step, options.Steps);
        using var loader = new Prefetcher<TBatch>(stage.Batches, _step * options.Accumulation, options.Prefetch, _ranks.Share);
        _started = options.Clock.GetTimestamp();
        long saved = _started;
        int skipsInARow = 0;

        while (!Finished && !Ends(cancellation))
        {
            bool logged = (_step + 1) % options.LogSteps == 0;
            var figures = new Figures(wanted: logged);
            bool updated = Update(loader, figures);
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
                Average(figures);
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
            if (_ranks.FirstSays(options.Clock.GetElapsedTime(saved) >= options.CheckpointInterval))
            {
                Save();
                saved = options.Clock.GetTimestamp();
            }
        }
        Save();
        // whoever interrupts is in a hurry
        if (!_ranks.Any(cancellation.IsCancellationRequested))
            Validate();
        log.End(_step, options.Steps);
        return Finished;
    }

    private bool Ends(CancellationToken cancellation) =>
        _ranks.Any(cancellation.IsCancellationRequested) || _ranks.FirstSays(options.Clock.GetElapsedTime(_started) > options.Budget);

    // batch, loss, backward, update; false where a number was not finite and the step is left out
    private bool Update(Prefetcher<TBatch> loader, Figures figures)
    {
        using var scope = NewDisposeScope();
        long seed = unchecked(options.Seed * SeedMultiplier + _step);
        random.manual_seed(_ranks.BeginStep(seed & long.MaxValue));
        var context = new StepContext(_step, options.Steps, new Random((int)(seed ^ (seed >> 32)))) { Ranks = _ranks };

        var active = new List<TrainedSet>();
        var exchanges = new List<Task>();
        bool finite = true;
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
                finite &= double.IsFinite(value);
                // several ranks go on together to the end of the step, where they learn of it
                if (!finite && _ranks.IsAlone)
                    return Abandon();
                loss.backward();
                if (pass == 0)
                    active.Add(set);
                figures[Label("loss", set)] = value;
                // on its way while the next set's pass runs
                if (pass == options.Accumulation - 1)
                    exchanges.AddRange(Exchange(_optimizers[set]));
            }
        }
        foreach (var exchange in exchanges)
            _ranks.Wait(exchange);
        if (_ranks.Any(!finite))
            return Abandon();
        foreach (var set in active)
        {
            double rate =
                options.CoolDown is { } coolDown && options.Budget is { } budget
                    ? set.Options.CoolDownRateAt(_step, _ranks.OfFirst((budget - options.Clock.GetElapsedTime(_started)) / coolDown))
                    : set.Options.LearningRateAt(_step, options.Steps);
            double norm = _ranks.IsAlone ? _optimizers[set].Step(rate, 1.0 / options.Accumulation) : _optimizers[set].Apply(rate);
            figures[Label("gradient norm", set)] = norm;
            figures[Label("learning rate", set)] = rate;
            if (!double.IsFinite(norm))
                return Abandon();
        }
        return true;
    }

    // the gradient of the whole batch is the mean of those of the ranks' rows
    private List<Task> Exchange(AdamW optimizer)
    {
        if (_ranks.IsAlone)
            return [];
        optimizer.Gather(1.0 / options.Accumulation / _ranks.Size);
        return [.. optimizer.Buckets.Values.SelectMany(bucket => _ranks.StartSum(bucket.Gradient))];
    }

    private void Average(Figures figures)
    {
        if (_ranks.IsAlone)
            return;
        string[] names = [.. figures.Keys.Order(StringComparer.Ordinal)];
        var sums = _ranks.Sum([.. names.Select(name => figures[name])]);
        for (int i = 0; i < names.Length; i++)
            figures[names[i]] = sums[i] / _ranks.Size;
    }

    private string Label(string figure, TrainedSet set) => stage.Sets.Count == 1 ? figure : $"{figure}/{set.Name}";

    // the loss of one set passes through the networks of the others without leaving gradients there
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
        if (!_ranks.IsFirst)
            return;
        var folder = Path.Combine(options.RunFolder, "samples");
        Directory.CreateDirectory(folder);
        RankGroup.Apart(() =>
            WithAverages(() =>
            {
                using var _ = no_grad();
                using var scope = NewDisposeScope();
                random.manual_seed(options.Seed);
                log.Validation(_step, stage.Validate(_step, folder));
            })
        );
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
        RequireSameWeights();
        if (!_ranks.IsFirst)
            return;
        _seconds = _secondsBefore + options.Clock.GetElapsedTime(_started).TotalSeconds;
        _store.Save(Tensors(), State());
    }

    // ranks take the same steps; one that went its own way, by a fault of memory say, would spoil every checkpoint from here on
    private void RequireSameWeights()
    {
        if (_ranks.IsAlone)
            return;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        double own = _optimizers
            .Values.SelectMany(o => o.Buckets.Values)
            .Sum(b => b.Values.square().sum(ScalarType.Float64).item<double>());
        if (_ranks.Any(own != _ranks.OfFirst(own)))
            throw new MelodyException(
                $"The weights of the {_ranks.Size} ranks have become different at step {_step}; "
                    + $"go on from the last checkpoint with --resume."
            );
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

    // everything that changes in training, by name; loading copies into the same tensors
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
