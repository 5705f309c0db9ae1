using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Melody.Cli.Diagnosis;
using Melody.Cli.Shared;
using Melody.Models;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody info</c>: the networks of a preset, what is in a model folder, or how a sound file was made.</summary>
internal sealed class InfoVerb : Verb
{
    private readonly Argument<string?> _folder = new("path")
    {
        Description = "A model folder, an adapter, or a sound file ('-' for standard input); the default model when not given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _preset = new("--preset")
    {
        Description = "Show the sizes of a preset instead: paper, mini or test.",
        HelpName = "name",
    };

    public InfoVerb()
        : base("info", "Shows the networks of a preset and their sizes, what is in a model folder, or how a sound file was made.")
    {
        Arguments.Add(_folder);
        Options.Add(_preset);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var folder = arguments.GetValue(_folder);
        if (arguments.GetValue(_preset) is { } preset)
        {
            if (folder is not null)
                throw new MelodyException("Give a folder or --preset, not both.");
            ShowPreset(preset, context);
        }
        else if (folder is not null && AdapterInfo.IsOf(folder))
            AdapterInfo.Show(folder, context);
        else if (folder == "-" || File.Exists(folder))
            await SoundInfo.ShowAsync(folder, context).ConfigureAwait(false);
        else
            ShowFolder(folder ?? context.Model, context);
        return ExitCode.Success;
    }

    private static void ShowPreset(string preset, CommandContext context)
    {
        var parts = ModelConfig.FromPreset(preset).Sizes();
        context.WriteResult(new PresetInfo(parts, preset, parts.Sum(p => p.Parameters)), console =>
        {
            var table = NumberTable("part", "parameters");
            foreach (var part in parts)
                table.AddRow(part.Name, Number(part.Parameters));
            table.AddRow("total", Number(parts.Sum(p => p.Parameters)));
            console.Write(table);
        });
    }

    private static void ShowFolder(string? named, CommandContext context)
    {
        var folder = ModelFolder.Open(ModelLocation.Resolve(named));
        var manifest = folder.Manifest;
        var parts = new List<PartInfo>();
        foreach (var (name, part) in manifest.Parts.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            folder.OpenWeights(name).Dispose(); // compares the hash and checks the header
            foreach (var asset in part.Assets)
                folder.ReadAsset(name, asset.File);
            var sizes = Parts.Find(name) is { } known ? known.Sizes(known.FromFolder(folder)) : [];
            foreach (var size in sizes.Select(s => (s.Name, (long?)s.Parameters)).DefaultIfEmpty((name, null)))
                parts.Add(
                    new(size.Name, size.Item2, part.Trained, part.Weights.File, part.Weights.Bytes, part.Weights.Sha256, part.Training)
                );
        }
        var info = new FolderInfo(
            parts,
            Path.GetFullPath(folder.Path),
            manifest.Name,
            manifest.Preset,
            manifest.Hash(),
            manifest.Trained,
            parts.Sum(p => p.Parameters ?? 0)
        );
        context.WriteResult(info, console =>
        {
            console.WriteLine(
                $"{TerminalText.Line(info.Model)}, preset {TerminalText.Line(info.Preset)}, {(info.Trained ? "trained" : "untrained")}"
            );
            console.WriteLine($"in {TerminalText.Line(info.Folder)}");
            console.WriteLine($"hash {info.Hash}");
            var table = NumberTable("part", "parameters", "bytes").AddColumn("file").AddColumn("");
            foreach (var part in parts)
                table.AddRow(
                    TerminalText.Cell(part.Name),
                    part.Parameters is { } count ? Number(count) : "?",
                    Number(part.Bytes),
                    TerminalText.Cell(part.File),
                    part.Trained ? "trained" : "untrained"
                );
            table.AddRow("total", Number(info.Parameters), Number(manifest.Parts.Values.Sum(p => p.Weights.Bytes)), "", "");
            console.Write(table);
        });
    }

    private static Table NumberTable(string name, params string[] numbers)
    {
        var table = new Table { Border = TableBorder.None }.AddColumn(name);
        foreach (var number in numbers)
            table.AddColumn(new TableColumn(number).RightAligned());
        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record PresetInfo(IReadOnlyList<PartSize> Parts, string Preset, long Parameters);

    private sealed record FolderInfo(
        IReadOnlyList<PartInfo> Parts,
        string Folder,
        string Model,
        string Preset,
        string Hash,
        bool Trained,
        long Parameters
    );

    private sealed record PartInfo(
        string Name,
        long? Parameters,
        bool Trained,
        string File,
        long Bytes,
        string Sha256,
        JsonElement? Training
    );
}
