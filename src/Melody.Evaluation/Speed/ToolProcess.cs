using System.Diagnostics;
using System.Reflection;

namespace Melody.Evaluation.Speed;

/// <summary>The tool started again in a process of its own: peak memory and cold start cannot be measured otherwise.</summary>
internal static class ToolProcess
{
    /// <summary>Runs the tool and returns what it printed.</summary>
    /// <param name="tool">The tool's assembly.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="cancellation">Ends the process too.</param>
    /// <exception cref="MelodyException">The tool cannot be started, or it failed; its sentence is passed on.</exception>
    public static async Task<string> RunAsync(Assembly tool, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = StartInfo(tool, arguments) };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new MelodyException(
                $"'{process.StartInfo.FileName}' cannot be started to measure in a process of its own: {e.Message}",
                e
            );
        }
        using var _ = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode == 0)
            return output;
        var sentence = (await error.ConfigureAwait(false)).Trim();
        throw new MelodyException(
            sentence.Length > 0
                ? sentence
                : $"The process that measures ended with code {process.ExitCode}; there may be too little memory."
        );
    }

    // the tool runs as a program of its own, or as an assembly that the dotnet program runs
    private static ProcessStartInfo StartInfo(Assembly tool, IReadOnlyList<string> arguments)
    {
        var own = Environment.ProcessPath;
        bool hosted = own is null || Path.GetFileNameWithoutExtension(own).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        bool direct = !hosted && Assembly.GetEntryAssembly() == tool;
        var start = new ProcessStartInfo(
            direct ? own!
            : hosted && own is not null ? own
            : "dotnet"
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!direct)
            start.ArgumentList.Add(tool.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
