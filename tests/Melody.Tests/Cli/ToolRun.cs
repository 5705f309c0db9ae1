using System.Text.Json;
using Melody.Cli;
using Melody.Cli.Shared;

namespace Melody.Tests.Cli;

/// <summary>The tool, run inside the test: what it printed and its exit code.</summary>
internal sealed record ToolRun(int Code, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<ToolRun> RunAsync(params string[] args) => RunCancellableAsync(args, TestContext.Current.CancellationToken);

    public static async Task<ToolRun> RunCancellableAsync(string[] args, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await new MelodyTool(new Terminal(output, error, Interactive: false)).RunAsync(args, cancellation);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>A run that makes something with untrained weights of the smallest preset, so that only the way there counts.</summary>
    public static Task<ToolRun> UntrainedAsync(params string[] args) => RunAsync([.. args, "--untrained", "test"]);

    /// <summary>Fails unless the run was done and said nothing but that the weights are untrained, and what was asked for.</summary>
    public ToolRun AssertMadeNoise()
    {
        string[] said =
        [
            .. Error
                .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith("Asked for: ", StringComparison.Ordinal)),
        ];
        Assert.Equal((0, "The weights are untrained: this makes noise."), (Code, string.Join('\n', said)));
        return this;
    }

    /// <summary>Fails unless the run ended with exit code 2 and one sentence that holds <paramref name="part"/>.</summary>
    public void AssertRefused(string part)
    {
        Assert.Equal(2, Code);
        Assert.Equal("", Output);
        Assert.Contains(part, Error, StringComparison.Ordinal);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }
}
