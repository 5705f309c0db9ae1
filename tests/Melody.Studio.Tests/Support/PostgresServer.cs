using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Melody.Studio.Postgres;
using Npgsql;

namespace Melody.Studio.Tests.Support;

/// <summary>
/// A PostgreSQL of these tests alone, in a folder that goes with it: it is stopped when the test program ends, however it ends, because a
/// shell waits for the end of its standard input.
/// </summary>
public sealed class PostgresServer
{
    private const string Missing = "There is no PostgreSQL here: apt-get install postgresql";

    // PostgreSQL refuses to run as root; 'fast' ends the sessions, as an administrator's restart does
    private const string Script = """
        set -e
        folder=$(mktemp -d /tmp/melody-postgres.XXXXXX)
        trap '"$1/pg_ctl" -D "$folder" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
        "$1/initdb" -D "$folder" -U melody -A trust -E UTF8 --locale=C -N >/dev/null
        options="-c listen_addresses=127.0.0.1 -c port=$2 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
        start() { "$1/pg_ctl" -D "$folder" -w -l "$folder/log" -o "$options" start >/dev/null || { cat "$folder/log"; exit 1; }; }
        start "$1"
        echo ready
        while read -r word; do
          "$1/pg_ctl" -D "$folder" -m fast -w stop >/dev/null
          start "$1"
          echo ready
        done
        """;

    private static readonly SemaphoreSlim One = new(1);
    private static PostgresServer? s_server;
    private static int s_databases;

    private readonly Process _process;
    private readonly int _port;

    private PostgresServer(Process process, int port) => (_process, _port) = (process, port);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The server that tests share; a test that finds none is skipped and says what to install.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        await One.WaitAsync(Token);
        try
        {
            return s_server ??= await NewAsync();
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>A new, empty database.</summary>
    internal async Task<DatabaseAddress> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref s_databases)}";
        await using var source = NpgsqlDataSource.Create(AddressOf("postgres").ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(Token);
        return AddressOf(name);
    }

    /// <summary>Ends all sessions, stops the server and starts it again.</summary>
    public async Task RestartAsync()
    {
        await _process.StandardInput.WriteLineAsync("restart");
        await _process.StandardInput.FlushAsync(Token);
        Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync(Token));
    }

    /// <summary>The address on the command line.</summary>
    internal static string TextOf(DatabaseAddress address) => $"postgres://melody@{address}";

    private DatabaseAddress AddressOf(string name) => DatabaseAddress.Parse($"postgres://melody@127.0.0.1:{_port}/{name}");

    private static async Task<PostgresServer> NewAsync()
    {
        var folder = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(Holds)
            : null;
        Assert.SkipWhen(folder is null, Missing);
        int port = FreePort();
        string[] shell = ["bash", "-c", Script, "bash", folder!, $"{port}"];
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", .. shell] : shell;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/tmp",
        };
        var process = Process.Start(start)!;
        var first = await process.StandardOutput.ReadLineAsync(Token);
        Assert.True(first == "ready", first);
        return new(process, port);
    }

    private static bool Holds(string folder) => File.Exists(Path.Combine(folder, "initdb"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
