namespace Melody.Studio.Jobs;

/// <summary>
/// Jobs that wait for the one worker: bounded as a whole and for each client, and fair, in that clients take turns however many jobs
/// each of them has. Safe for use by several threads at once.
/// </summary>
/// <param name="capacity">How many may wait.</param>
internal sealed class JobQueue(int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Client, LinkedList<JobTicket> Jobs)> _turns = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private int _count;

    /// <summary>How many may wait.</summary>
    public int Capacity => capacity;

    /// <summary>How many may wait of one client: the others always find some places.</summary>
    public int ClientCapacity => new QueueCapacity(capacity).Client;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether one more job of a client may wait.</summary>
    public bool HasPlace(string client)
    {
        lock (_lock)
            return _count < capacity && (Find(client)?.Value.Jobs.Count ?? 0) < ClientCapacity;
    }

    /// <summary>Takes a job in, also beyond the capacity: jobs that an earlier process accepted have their places.</summary>
    public void Enqueue(JobTicket ticket)
    {
        lock (_lock)
        {
            var turn = Find(ticket.Client) ?? _turns.AddLast((ticket.Client, new()));
            turn.Value.Jobs.AddLast(ticket);
            _count++;
        }
        _waiting.Release();
    }

    /// <summary>The next job, whose client then waits until all others had a turn.</summary>
    public async Task<JobTicket> DequeueAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _waiting.WaitAsync(cancellation).ConfigureAwait(false);
            lock (_lock)
            {
                if (_turns.First is not { } turn)
                    continue; // it was removed meanwhile
                var ticket = turn.Value.Jobs.First!.Value;
                turn.Value.Jobs.RemoveFirst();
                _count--;
                _turns.Remove(turn);
                if (turn.Value.Jobs.Count > 0)
                    _turns.AddLast(turn);
                return ticket;
            }
        }
    }

    /// <summary>Takes a job out that does not want to wait any longer.</summary>
    /// <returns>Whether it was still waiting.</returns>
    public bool TryRemove(JobTicket ticket)
    {
        lock (_lock)
        {
            if (Find(ticket.Client) is not { } turn || !turn.Value.Jobs.Remove(ticket))
                return false;
            _count--;
            if (turn.Value.Jobs.Count == 0)
                _turns.Remove(turn);
            return true;
        }
    }

    /// <summary>The jobs in the order in which they will be made.</summary>
    public IReadOnlyList<JobTicket> InOrder()
    {
        lock (_lock)
        {
            var order = new List<JobTicket>(_count);
            for (int round = 0; order.Count < _count; round++)
                foreach (var (_, jobs) in _turns)
                    if (jobs.Skip(round).FirstOrDefault() is { } ticket)
                        order.Add(ticket);
            return order;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _waiting.Dispose();

    private LinkedListNode<(string Client, LinkedList<JobTicket> Jobs)>? Find(string client)
    {
        var turn = _turns.First;
        while (turn is not null && turn.Value.Client != client)
            turn = turn.Next;
        return turn;
    }
}
