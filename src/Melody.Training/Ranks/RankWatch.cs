using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Melody.Training.Ranks;

/// <summary>
/// A line from every rank to rank 0 that carries nothing while all is well: the operating system closes it when a process ends, however it
/// ends, and the others learn of it where an exchange would wait for ever.
/// </summary>
/// <remarks>A rank sends its number; rank 0 answers with what all have to know. Later one byte at most goes each way.</remarks>
internal sealed class RankWatch : IDisposable
{
    // a rank that ended well, or whose failure is told by itself, or, from rank 0, that another was lost and is told of
    private const byte Farewell = 1,
        Told = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly RankPlace _place;
    private readonly List<(int Rank, Socket Line)> _lines = [];
    private readonly List<Thread> _watchers = [];
    private readonly CancellationTokenSource _lost = new();
    private readonly Lock _gate = new();
    private RankLostException? _reason;
    private volatile bool _ending;

    private RankWatch(RankPlace place) => _place = place;

    /// <summary>Cancelled when another rank is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why; null while all are there.</summary>
    public RankLostException? Reason
    {
        get
        {
            lock (_gate)
                return _reason;
        }
    }

    /// <summary>Rank 0 begins to listen; <see cref="Accept"/> takes the others.</summary>
    public static Socket Listen(IPAddress address, int port)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(1024);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new MelodyException($"Rank 0 cannot listen on port {port}: {e.Message}; set MASTER_PORT to a free one.", e);
        }
    }

    /// <summary>Rank 0 takes the lines of all other ranks and tells each <paramref name="message"/>.</summary>
    public static RankWatch Accept(Socket listener, RankPlace place, byte[] message, CancellationToken cancellation)
    {
        var watch = new RankWatch(place);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            var missing = Enumerable.Range(1, place.Size - 1).ToHashSet();
            while (missing.Count > 0)
            {
                var line = listener.AcceptAsync(patience.Token).AsTask().GetAwaiter().GetResult();
                line.NoDelay = true;
                line.ReceiveTimeout = 10_000;
                var number = new byte[8];
                // whatever else knocks at the port is sent away
                if (!Receive(line, number) || !missing.Remove((int)BinaryPrimitives.ReadInt64LittleEndian(number) - place.Size))
                {
                    line.Dispose();
                    continue;
                }
                line.Send(message);
                line.ReceiveTimeout = 0;
                watch._lines.Add(((int)BinaryPrimitives.ReadInt64LittleEndian(number) - place.Size, line));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            watch.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new MelodyException($"Not all of {place.Size} ranks have come to rank 0 within {Patience.TotalMinutes} minutes.", e);
        }
        watch.Begin();
        return watch;
    }

    /// <summary>Another rank calls rank 0 and receives its message of <paramref name="length"/> bytes.</summary>
    public static (RankWatch Watch, byte[] Message) Call(
        IReadOnlyList<IPAddress> hosts,
        int port,
        RankPlace place,
        int length,
        CancellationToken cancellation
    )
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            foreach (var host in hosts)
            {
                var line = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    attempt.CancelAfter(TimeSpan.FromSeconds(3));
                    line.ConnectAsync(new IPEndPoint(host, port), attempt.Token).AsTask().GetAwaiter().GetResult();
                    var number = new byte[8];
                    BinaryPrimitives.WriteInt64LittleEndian(number, place.Rank + place.Size);
                    line.Send(number);
                    var message = new byte[length];
                    if (!Receive(line, message))
                        throw new SocketException((int)SocketError.ConnectionReset);
                    var watch = new RankWatch(place);
                    watch._lines.Add((0, line));
                    watch.Begin();
                    return (watch, message);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    line.Dispose();
                    cancellation.ThrowIfCancellationRequested();
                    if (DateTime.UtcNow > end)
                        throw new MelodyException(
                            $"Rank {place.Rank} does not reach rank 0 at {host}:{port} ({e.Message}); set MASTER_ADDR and MASTER_PORT.",
                            e
                        );
                }
            }
            cancellation.WaitHandle.WaitOne(200); // rank 0 may not be there yet
        }
    }

    /// <summary>Says goodbye: this rank ends, well or with a sentence of its own.</summary>
    /// <param name="failed">Whether the others have to end too.</param>
    public void End(bool failed)
    {
        _ending = true;
        foreach (var (_, line) in _lines)
            Send(line, failed ? Told : Farewell);
    }

    private void Begin()
    {
        foreach (var (rank, line) in _lines)
        {
            KeepAlive(line);
            var watcher = new Thread(() => Watch(rank, line)) { IsBackground = true, Name = $"watch of rank {rank}" };
            _watchers.Add(watcher);
            watcher.Start();
        }
    }

    /// <summary>Waits until the others have said goodbye or are gone: rank 0 may have a model to write that takes its time.</summary>
    public void WaitForOthers() => _watchers.ForEach(watcher => watcher.Join());

    private void Watch(int rank, Socket line)
    {
        var said = new byte[1];
        if (Receive(line, said) && said[0] == Farewell)
            return;
        if (_ending)
            return;
        bool told = said[0] == Told;
        lock (_gate)
        {
            if (_reason is not null)
                return;
            // of those who hear it first one tells: rank 0, or if that is the lost one, rank 1
            _reason = new(
                $"Rank {rank} of {_place.Size} has ended (it was killed, or its machine is gone), so the training ends; --resume goes on "
                    + $"from the last checkpoint.",
                told || _place.Rank > 1
            );
        }
        if (_place.Rank == 0)
            foreach (var (other, to) in _lines)
                if (other != rank)
                    Send(to, Told);
        _lost.Cancel();
    }

    // a machine that lost its power closes nothing
    private static void KeepAlive(Socket line)
    {
        line.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        line.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        line.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        line.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
    }

    private static void Send(Socket line, byte word)
    {
        try
        {
            line.Send([word]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { } // that one is gone too
    }

    private static bool Receive(Socket line, byte[] into)
    {
        try
        {
            for (int done = 0; done < into.Length; )
            {
                int count = line.Receive(into, done, into.Length - done, SocketFlags.None);
                if (count == 0)
                    return false;
                done += count;
            }
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending = true;
        foreach (var (_, line) in _lines)
            line.Dispose();
    }
}
