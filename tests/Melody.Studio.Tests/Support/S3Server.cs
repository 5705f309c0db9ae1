using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Melody.Studio.Tests.Support;

/// <summary>
/// A server of S3's protocol that somebody else wrote (s3rver, from npm), in a folder that goes with it: it is stopped when the test
/// program ends, however it ends, because a shell waits for the end of its standard input.
/// </summary>
public sealed class S3Server
{
    /// <summary>The bucket that is there.</summary>
    public const string Bucket = "sounds";

    private const string Package = "s3rver@3.7.1",
        Key = "S3RVER";

    private const string Script = """
        set -e
        [ -d node_modules/s3rver ] || npm install --silent --no-audit --no-fund --no-package-lock --prefix . "$1" >/dev/null 2>&1 \
          || { echo "npm could not install $1"; exit 1; }
        folder=$(mktemp -d /tmp/melody-s3.XXXXXX)
        # its pages of lists are marked by a cipher that OpenSSL 3 has put away
        node --openssl-legacy-provider node_modules/s3rver/bin/s3rver.js -d "$folder" -a 127.0.0.1 -p "$2" --no-vhost-buckets \
          --configure-bucket "$3" >"$folder.log" 2>&1 &
        server=$!
        trap 'kill $server; rm -rf "$folder" "$folder.log"' EXIT
        until grep -qs listening "$folder.log"; do kill -0 $server 2>/dev/null || { cat "$folder.log"; exit 1; }; sleep 0.1; done
        echo ready
        read -r word || true
        """;

    private static readonly SemaphoreSlim One = new(1);
    private static S3Server? s_server;
    private static int s_prefixes;

    private readonly Process _process;

    private S3Server(Process process, int port) => (_process, Address) = (process, $"http://127.0.0.1:{port}");

    /// <summary>Its address.</summary>
    public string Address { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The server that tests share; a test that finds no npm is skipped and says what to install.</summary>
    public static async Task<S3Server> StartAsync()
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

    /// <summary>A place where nothing lies yet.</summary>
    public static string NewPlace() => $"s3://{Bucket}/place{Interlocked.Increment(ref s_prefixes)}";

    /// <summary>Gives a process the keys and the address of this server, or another address.</summary>
    public void Admit(IDictionary<string, string?> environment, string? address = null)
    {
        environment["AWS_ACCESS_KEY_ID"] = Key;
        environment["AWS_SECRET_ACCESS_KEY"] = Key;
        environment["AWS_ENDPOINT_URL_S3"] = address ?? Address;
    }

    private static async Task<S3Server> NewAsync()
    {
        Assert.SkipUnless(IsThere("npm") && IsThere("node"), "There is no npm here: apt-get install npm");
        int port = FreePort();
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "s3rver"));
        var start = new ProcessStartInfo("bash", ["-c", Script, "bash", Package, $"{port}", Bucket])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
        };
        var process = Process.Start(start)!;
        var first = await process.StandardOutput.ReadLineAsync(Token);
        Assert.SkipWhen(first?.StartsWith("npm could not", StringComparison.Ordinal) == true, $"{first}: is its registry reachable?");
        Assert.True(first == "ready", first);
        var server = new S3Server(process, port);
        var own = new Dictionary<string, string?>();
        server.Admit(own);
        foreach (var (name, value) in own)
            Environment.SetEnvironmentVariable(name, value);
        return server;
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
