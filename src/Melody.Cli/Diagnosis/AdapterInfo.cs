using System.Globalization;
using System.Text.Json;
using Melody.Adapters;
using Melody.Cli.Shared;
using Melody.Foundation;

namespace Melody.Cli.Diagnosis;

/// <summary>What <c>melody info FILE</c> tells of an adapter.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Model">The model that it was trained on.</param>
/// <param name="Parts">The parts that it changes.</param>
/// <param name="Weights">How many weights it changes.</param>
/// <param name="Parameters">Numbers in it.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Training">How it was trained.</param>
internal sealed record AdapterInfo(
    string File,
    string Name,
    string Model,
    IReadOnlyList<string> Parts,
    int Weights,
    long Parameters,
    long Bytes,
    string Sha256,
    JsonElement? Training
)
{
    private const string Ending = ".safetensors";

    /// <summary>Whether a path is that of an adapter.</summary>
    /// <exception cref="MelodyException">It has the ending of one, and is damaged.</exception>
    public static bool IsOf(string path) =>
        path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) && System.IO.File.Exists(path) && AdapterFile.Is(path);

    /// <summary>Prints it.</summary>
    /// <exception cref="MelodyException">The file is damaged.</exception>
    public static void Show(string path, CommandContext context)
    {
        using var adapter = AdapterFile.Open(path);
        var manifest = adapter.Manifest;
        var info = new AdapterInfo(
            Path.GetFullPath(path),
            manifest.Name,
            manifest.Model,
            [.. manifest.Parts.Keys.Order(StringComparer.Ordinal)],
            adapter.Pairs.Count,
            adapter.Pairs.Sum(pair => (pair.Inputs + pair.Outputs) * pair.Rank),
            FileLength.Of(path),
            adapter.Sha256,
            manifest.Training
        );
        context.WriteResult(info, console =>
        {
            var writer = console.Profile.Out.Writer;
            writer.WriteLine(
                TerminalText.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{info.Name}, an adapter for {info.Model}: {info.Parameters / 1e6:0.00} M parameters in {info.Weights} weights of "
                    ) + string.Join(" and ", info.Parts)
                )
            );
            writer.WriteLine($"in {TerminalText.Line(info.File)}");
            writer.WriteLine($"hash {info.Sha256}");
            if (info.Training is { } training)
                writer.WriteLine($"training {TerminalText.Line(JsonOutput.Serialize(training))}");
        });
    }
}
