using System.Net;
using System.Net.Sockets;
using System.Text;
using Melody.Studio.Postgres;

namespace Melody.Studio.Tests.Support;

/// <summary>
/// A road to a PostgreSQL on which the answer to one statement is lost: the statement arrives and is done, then the connection breaks.
/// </summary>
internal sealed class LossyRoad : IAsyncDisposable
{
    // "ready for query", outside a transaction
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private string? _statement;

    /// <param name="server">Where the road leads.</param>
    public LossyRoad(DatabaseAddress server)
    {
        var (end, database) = server.ToString().Split('/') is [var host, var name] ? (host, name) : throw new InvalidOperationException();
        _server = IPEndPoint.Parse(end);
        _listener.Start();
        Address = DatabaseAddress.Parse($"postgres://melody@{_listener.LocalEndpoint}/{database}");
        _accepting = AcceptAsync();
    }

    /// <summary>The database at this end of the road.</summary>
    public DatabaseAddress Address { get; }

    /// <summary>Answers that were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>Loses the answer to the next statement that holds this text.</summary>
    public void LoseAnswerTo(string statement) => Volatile.Write(ref _statement, statement);

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        var travellers = new List<Task>();
        try
        {
            while (true)
                travellers.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_closed.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(travellers);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        bool losing = false;
        using (client)
            try
            {
                await server.ConnectAsync(_server, over.Token);
                await await Task.WhenAny(
                    CopyAsync(client, server, bytes => losing |= IsAwaited(bytes), over.Token),
                    CopyAsync(
                        server,
                        client,
                        bytes =>
                        {
                            if (losing && bytes.AsSpan().IndexOf(Ready) >= 0)
                            {
                                Lost++;
                                throw new IOException("The answer is lost.");
                            }
                        },
                        over.Token
                    )
                );
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException) { }
    }

    private bool IsAwaited(byte[] bytes) =>
        Volatile.Read(ref _statement) is { } statement
        && Encoding.UTF8.GetString(bytes).Contains(statement, StringComparison.Ordinal)
        && Interlocked.CompareExchange(ref _statement, null, statement) == statement;

    private static async Task CopyAsync(TcpClient from, TcpClient to, Action<byte[]> look, CancellationToken token)
    {
        var buffer = new byte[1 << 16];
        for (int count; (count = await from.GetStream().ReadAsync(buffer, token)) > 0; )
        {
            look(buffer[..count]);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), token);
        }
    }
}
