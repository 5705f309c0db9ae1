using System.Diagnostics;

namespace Melody.Fuzz;

/// <summary>
/// Gives a reader its seeds and then as many mutations of them as are asked for. A watch on a thread of its own sees inputs that never
/// end and memory that
/// grows; the reader's own thread is left behind where it hangs.
/// </summary>
public sealed class FuzzRun
{
    private readonly Reader _reader;
    private readonly Limits _limits;
    private readonly int _seed;
    private readonly Action<byte[]>? _before;
    private readonly Dictionary<string, Finding> _findings = [];
    private readonly TaskCompletionSource _ended = new();
    private readonly Lock _gate = new();

    private volatile bool _left; // the thread hung; should it wake, it ends
    private byte[]? _input;
    private long _started,
        _number,
        _accepted,
        _refused,
        _memory;

    private FuzzRun(Reader reader, int seed, Limits limits, Action<byte[]>? before) =>
        (_reader, _seed, _limits, _before) = (reader, seed, limits, before);

    /// <summary>Runs a reader.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="count">Inputs; the seeds are the first of them.</param>
    /// <param name="seed">The same seed gives the same inputs.</param>
    /// <param name="limits">For each input.</param>
    /// <param name="longest">The run ends early after this time.</param>
    /// <param name="before">Given each input before it is read, to be kept should the process die of it.</param>
    public static Report Run(
        Reader reader,
        long count,
        int seed,
        Limits? limits = null,
        TimeSpan? longest = null,
        Action<byte[]>? before = null
    ) => new FuzzRun(reader, seed, limits ?? new(), before).Run(count, longest ?? TimeSpan.MaxValue);

    private Report Run(long count, TimeSpan longest)
    {
        var clock = Stopwatch.StartNew();
        _memory = Environment.WorkingSet;
        var thread = new Thread(() => ReadAll(count, clock, longest)) { IsBackground = true, Name = $"fuzz {_reader.Name}" };
        thread.Start();
        while (!_ended.Task.Wait(50))
            if (Watch())
                break;
        lock (_gate)
            return new(_reader.Name, _seed, _number, _accepted, _refused, clock.Elapsed.TotalSeconds, [.. _findings.Values]);
    }

    private void ReadAll(long count, Stopwatch clock, TimeSpan longest)
    {
        var mutator = new Mutator(_reader, _seed);
        while (_number < count && clock.Elapsed < longest && !_left)
        {
            var input = _number < _reader.Seeds.Count ? _reader.Seeds[(int)_number] : mutator.Next();
            _before?.Invoke(input);
            Volatile.Write(ref _started, Stopwatch.GetTimestamp());
            Volatile.Write(ref _input, input);
            Interlocked.Increment(ref _number);
            ReadOne(input);
            Volatile.Write(ref _input, null);
        }
        _ended.SetResult();
    }

    private void ReadOne(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _reader.Read(input);
            _accepted++;
        }
        catch (MelodyException e)
        {
            _refused++;
            if (e.Message.Length is 0 or > 4000 || e.Message.Contains('\n', StringComparison.Ordinal))
                Add("a sentence that is none", input, e.ToString());
        }
        catch (Exception e)
        {
            var place = e
                .StackTrace?.Split('\n')
                .Select(line => line.Trim())
                .FirstOrDefault(line => line.StartsWith("at Melody.", StringComparison.Ordinal));
            Add($"{e.GetType().Name} {place?.Split(" in ")[0]}", input, e.ToString());
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > _limits.Allocated)
            Add("memory asked for", input, $"{allocated >> 20} MB");
    }

    // true where the run cannot go on
    private bool Watch()
    {
        if (Volatile.Read(ref _input) is not { } input)
            return false;
        var time = Stopwatch.GetElapsedTime(Volatile.Read(ref _started));
        long grown = Environment.WorkingSet - _memory;
        if (grown > _limits.Memory)
        {
            _memory += grown;
            Add("memory held", input, $"the process grew by {grown >> 20} MB");
        }
        if (time <= _limits.Time || !ReferenceEquals(input, Volatile.Read(ref _input)))
            return false;
        _left = true;
        Add("hang", input, $"no answer within {_limits.Time.TotalSeconds} s");
        return true;
    }

    private void Add(string kind, byte[] input, string details)
    {
        lock (_gate)
            _findings.TryAdd(kind, new(kind, _number, input, details));
    }
}
