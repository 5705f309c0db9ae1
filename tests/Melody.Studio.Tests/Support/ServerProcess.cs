using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Melody.Studio.Tests.Support;

/// <summary><c>melody serve</c> as a process of its own, with small untrained networks.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Client) = (process, new() { BaseAddress = address });

    public HttpClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ProcessStartInfo Command(params IEnumerable<string> arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    public static async Task<ServerProcess> StartAsync(string data)
    {
        var command = Command("serve", "--json", "--port", "0", "--data", data, "--threads", "1", "--device", "cpu", "--untrained", "test");
        var process = Process.Start(command)!;
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadToEndOfObjectAsync(Token);
        Assert.True(line.Length > 0, error.ToString());
        return new(process, new(JsonSerializer.Deserialize<JsonElement>(line).GetProperty("address").GetString()!));
    }

    /// <summary>Submits an order, and gives the id of the job.</summary>
    public async Task<string> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync("/v1/music/generations", content, Token);
        var answer = await response.Content.ReadAsStringAsync(Token);
        Assert.True((int)response.StatusCode == 202, answer);
        return JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("id").GetString()!;
    }

    /// <summary>The state of a job.</summary>
    public async Task<string?> StateAsync(string job)
    {
        await Task.Delay(10, Token);
        return JsonSerializer
            .Deserialize<JsonElement>(await Client.GetStringAsync($"/v1/jobs/{job}", Token))
            .GetProperty("state")
            .GetString();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        Client.Dispose();
    }
}

/// <summary>Reading of a process' output.</summary>
internal static class OutputReading
{
    /// <summary>The lines up to the one that closes a JSON object.</summary>
    public static async Task<string> ReadToEndOfObjectAsync(this StreamReader reader, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            text.AppendLine(line);
            if (line.EndsWith('}'))
                break;
        }
        return text.ToString();
    }
}
