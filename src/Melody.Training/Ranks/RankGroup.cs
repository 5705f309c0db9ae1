using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>
/// The processes (ranks) that train one network together: each computes the gradient of its rows of every batch, and all take the same
/// step. A process on its own is a group of one, in which every operation gives back what it is given, without a copy.
/// </summary>
/// <remarks>
/// Losses that are not means use <see cref="Mean"/>, <see cref="Total"/> and <see cref="Gather"/>, whose gradients are those of the
/// whole batch once they are averaged over the ranks. All ranks call all operations in the same order.
/// </remarks>
internal sealed class RankGroup : IDisposable
{
    // values of an exchange: while one part is on its way, the next is gathered
    private const long AtOnce = 1 << 22;

    private readonly RankPlace _place;
    private readonly CollectiveThread? _thread;
    private readonly ICollectives? _collectives;
    private readonly RankWatch? _watch;
    private Generator? _draws;

    private RankGroup() => _place = RankPlace.Alone;

    /// <param name="place">Which rank this is.</param>
    /// <param name="thread">The one that exchanges.</param>
    /// <param name="collectives">How.</param>
    /// <param name="watch">Tells when another rank is lost; null for none.</param>
    public RankGroup(RankPlace place, CollectiveThread thread, ICollectives collectives, RankWatch? watch) =>
        (_place, _thread, _collectives, _watch) = (place, thread, collectives, watch);

    /// <summary>A process on its own.</summary>
    public static RankGroup Alone { get; } = new();

    /// <summary>The group of this process: <see cref="Alone"/>, unless <c>melody train</c> was started as one of several ranks.</summary>
    public static RankGroup Current { get; private set; } = Alone;

    /// <summary>The number of this process, from 0.</summary>
    public int Rank => _place.Rank;

    /// <summary>How many there are.</summary>
    public int Size => _place.Size;

    /// <summary>Whether this process writes checkpoints, logs and models.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Whether there is but one.</summary>
    public bool IsAlone => _collectives is null;

    /// <summary>Which rows of batches this rank computes.</summary>
    public BatchShare Share => new(Rank, Size);

    /// <summary>For the log.</summary>
    public string Description => $"rank {Rank} of {Size} over {_collectives?.Name ?? "one process"}";

    /// <summary>Makes this the group of the process.</summary>
    public void Use() => Current = this;

    /// <summary>Work of this rank that the others have no part in, as a validation.</summary>
    public static void Apart(Action work)
    {
        var before = Current;
        Current = Alone;
        try
        {
            work();
        }
        finally
        {
            Current = before;
        }
    }

    /// <summary>Whether another rank fails too, within a moment, and tells why.</summary>
    public bool AnotherTells() => _watch is not null && _watch.Lost.WaitHandle.WaitOne(TimeSpan.FromSeconds(3)) && _watch.Reason!.IsTold;

    /// <summary>Calls <paramref name="end"/> where this process has not noticed within ten seconds that another rank is lost.</summary>
    public void WhenStuck(Action<RankLostException> end) =>
        _watch?.Lost.Register(() => _ = Task.Delay(TimeSpan.FromSeconds(10)).ContinueWith(_ => end(_watch.Reason!), TaskScheduler.Default));

    /// <summary>Begins to sum a float32 tensor over the ranks, in place; it may not be touched until the task has ended.</summary>
    public IReadOnlyList<Task> StartSum(Tensor values)
    {
        if (_collectives is null)
            return [];
        var parts = new List<Task>();
        for (long at = 0, count = values.numel(); at < count; at += AtOnce)
        {
            var part = values.narrow(0, at, Math.Min(AtOnce, count - at)).DetachFromDisposeScope();
            parts.Add(
                _thread!.Start(() =>
                {
                    using (part)
                        _collectives.Sum(part);
                    return true;
                })
            );
        }
        return parts;
    }

    /// <summary>Waits for an exchange.</summary>
    /// <exception cref="RankLostException">Another rank has ended.</exception>
    /// <exception cref="MelodyException">The exchange failed.</exception>
    public void Wait(Task exchange)
    {
        var lost = _watch?.Lost ?? CancellationToken.None;
        try
        {
            exchange.Wait(lost);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            throw _watch!.Reason!;
        }
        catch (AggregateException e)
        {
            // a lost rank may show as a failed exchange before its line tells
            if (lost.WaitHandle.WaitOne(TimeSpan.FromSeconds(2)) && _watch?.Reason is { } reason)
                throw reason;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException ?? e);
        }
    }

    /// <summary>The sums of numbers over the ranks.</summary>
    public double[] Sum(params double[] values)
    {
        if (_collectives is null)
            return values;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var sums = tensor(values, device: _collectives.Device);
        Exchange(() => _collectives.Sum(sums));
        return sums.cpu().data<double>().ToArray();
    }

    /// <summary>Whether it holds for any rank.</summary>
    public bool Any(bool own) => IsAlone ? own : Sum(own ? 1 : 0)[0] > 0;

    /// <summary>What rank 0 says.</summary>
    public bool FirstSays(bool own) => IsAlone ? own : Any(IsFirst && own);

    /// <summary>The number that rank 0 has.</summary>
    public double OfFirst(double own) => IsAlone ? own : Sum(IsFirst ? own : 0)[0];

    /// <summary>Gives every rank the values of rank 0, in place.</summary>
    public void Broadcast(Tensor values)
    {
        if (_collectives is not null)
            Exchange(() => _collectives.Broadcast(values));
    }

    /// <summary>The mean over the ranks; its gradient is that of the rank's own part.</summary>
    public Tensor Mean(Tensor own)
    {
        if (_collectives is null)
            return own;
        var mean = Summed(own) / Size;
        return own + (mean - own.detach());
    }

    /// <summary>
    /// The mean over the ranks for what each goes on with by itself: its gradient is gathered from all of them in the backward pass.
    /// </summary>
    public Tensor MeanBothWays(Tensor own) => IsAlone ? own : SharedMean.Over(own, value => Summed(value) / Size);

    /// <summary>The sum over the ranks; its gradient is right once it is averaged over the ranks.</summary>
    public Tensor Total(Tensor own) => IsAlone ? own : Mean(own) * Size;

    /// <summary>The rows of all ranks, [rows, ...] -> [rows * ranks, ...]; gradients reach the own ones.</summary>
    public Tensor Gather(Tensor own)
    {
        if (IsAlone)
            return own;
        long rows = own.shape[0];
        using var scope = NewDisposeScope();
        Tensor others;
        using (no_grad())
        {
            others = zeros([rows * Size, .. own.shape[1..]], ScalarType.Float32, own.device);
            others.narrow(0, Rank * rows, rows).copy_(own);
            others = Summed(others);
        }
        // every rank computes the whole loss from here, and gradients are averaged: the own rows count as often as there are ranks
        var counted = own + (own - own.detach()) * (Size - 1);
        return cat([others.narrow(0, 0, Rank * rows), counted, others.narrow(0, (Rank + 1) * rows, (Size - 1 - Rank) * rows)], 0)
            .MoveToOuterDisposeScope();
    }

    private Tensor Summed(Tensor own)
    {
        using var _ = no_grad();
        var sum = own.detach().to_type(ScalarType.Float32).contiguous().clone();
        Exchange(() => _collectives!.Sum(sum));
        return sum;
    }

    /// <summary>Begins a step: what <see cref="Normal"/> and <see cref="Uniform"/> draw follows from its seed alone.</summary>
    /// <returns>The seed for what layers draw by themselves (dropout), which has to differ from rank to rank.</returns>
    public long BeginStep(long seed)
    {
        if (_collectives is null)
            return seed;
        _draws?.Dispose();
        _draws = new Generator((ulong)seed, _collectives.Device);
        return (seed + Rank * 0x5DEECE66DL) & long.MaxValue;
    }

    /// <summary>Normal numbers of the shape of a tensor, [rows, ...]: the own rows of those that one process would draw.</summary>
    public Tensor Normal(Tensor like) => IsAlone ? randn_like(like) : OwnRows(like, whole => whole.normal_(0, 1, _draws));

    /// <summary>Uniform numbers in [0, 1) of the shape of a tensor, likewise.</summary>
    public Tensor Uniform(Tensor like) => IsAlone ? rand_like(like) : OwnRows(like, whole => whole.uniform_(0, 1, _draws));

    // numbers are drawn in the order in which a tensor lies in memory, which need not be that of its dimensions
    private Tensor OwnRows(Tensor like, Action<Tensor> fill)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        long[] shape = [.. like.shape],
            strides = like.stride(),
            wholeStrides = new long[shape.Length];
        long rows = shape[0],
            step = 1;
        shape[0] *= Size;
        foreach (int dimension in Enumerable.Range(0, shape.Length).OrderBy(d => strides[d]).ThenByDescending(d => d))
        {
            wholeStrides[dimension] = step;
            step *= shape[dimension];
        }
        var whole = empty_strided(shape, wholeStrides, like.dtype, _collectives!.Device);
        fill(whole);
        return whole.narrow(0, Rank * rows, rows).to(like.device).MoveToOuterDisposeScope();
    }

    private void Exchange(Action exchange) =>
        Wait(
            _thread!.Start(() =>
            {
                exchange();
                return true;
            })
        );

    /// <summary>Ends the group: the other ranks are told that this one is done, or has failed and told why.</summary>
    public void End(bool failed)
    {
        _watch?.End(failed);
        if (failed || _thread is null || _watch?.Reason is not null)
            return; // an exchange may never end
        _ = _thread.Start(() =>
        {
            _collectives!.Dispose();
            return true;
        });
        _watch?.WaitForOthers(); // a rank that left before its group has ended would count as lost
        _thread.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Current == this)
            Current = Alone;
        _watch?.Dispose();
        _draws?.Dispose();
    }
}
