using System.CommandLine;
using System.Globalization;
using Melody.Cli.Diagnosis;
using Melody.Cli.Shared;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody doctor</c>: what this machine has, and what to install where something is missing.</summary>
internal sealed class DoctorVerb()
    : Verb("doctor", "Shows which of the libraries that Melody uses are installed, and how to get the others.")
{
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var report = MachineReport.Make(context.Threads, context.Model);
        context.WriteResult(report, console => Write(report, console));
        return Task.FromResult(report.Libtorch.Usable ? ExitCode.Success : ExitCode.UserError);
    }

    private static void Write(MachineReport report, IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false }.AddColumns("", "", "");
        table.Columns[0].NoWrap = true;
        Row(table, true, "melody", $"{report.Version} on {report.Runtime}, {report.System} {report.Architecture}");
        var libtorch = report.Libtorch;
        Row(
            table,
            libtorch.Problem is null,
            "libtorch",
            libtorch.Problem
                ?? $"{libtorch.Loaded ?? "its version is not known"}; TorchSharp {libtorch.TorchSharp} expects {libtorch.Expected}"
        );
        if (libtorch.File is not null)
            Row(table, true, "", libtorch.File);
        foreach (var device in report.Devices)
            Row(table, device.Available, device.Name, device.Detail);
        Row(
            table,
            report.Bfloat16,
            "bfloat16",
            report.Bfloat16 ? "in hardware" : "not in hardware: the networks run in float32, more slowly"
        );
        Row(table, true, "threads", report.Threads.ToString(CultureInfo.InvariantCulture));
        Row(table, true, "memory", $"{Gigabytes(report.Memory.FreeBytes)} of {Gigabytes(report.Memory.TotalBytes)} GB free");
        Row(table, report.Model.Usable, "model", report.Model.Detail);
        foreach (var tool in report.Tools)
            Row(table, tool.Found, tool.Name, tool.Found ? tool.Detail! : $"not found ({tool.Purpose}): {tool.Install}");
        console.Write(table);
    }

    private static void Row(Table table, bool good, string name, string text) =>
        table.AddRow(
            new Text(
                name.Length == 0 ? ""
                : good ? "ok"
                : "--"
            ),
            new Text(name),
            new Text(text)
        );

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
