using System.CommandLine;
using System.Globalization;
using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>Kinds of files as the command line names them.</summary>
internal enum OutputFormat
{
    Auto,
    Wav,
    Flac,
    Ogg,
    Opus,
    Mp3,
}

/// <summary>Where sound goes and how it is stored: the same options for every verb that writes some.</summary>
internal sealed class OutputArguments
{
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "File to write; its extension decides the format. Also a folder, or '-' for standard output.",
        HelpName = "file",
    };
    private readonly Option<bool> _force = ForceOption();
    private readonly Option<OutputFormat> _format = TypedOption.Choice<OutputFormat>(
        "--format",
        "Format when the file's name does not say it."
    );
    private readonly Option<int?> _bits = TypedOption.Number(
        "--bits",
        "Bits of a sample in WAV (16, 24, 32) and FLAC (16, 24) files; 16 by default.",
        8,
        64
    );
    private readonly Option<double?> _quality = TypedOption.Number(
        "--quality",
        "Quality of Ogg, Opus and MP3 files, 0 (small) to 1 (best).",
        0.0,
        1.0
    );

    public OutputArguments(Command command)
    {
        foreach (var option in new Option[] { _output, _force, _format, _bits, _quality })
            command.Options.Add(option);
    }

    /// <summary><c>--force</c>, for verbs that write other files too.</summary>
    public static Option<bool> ForceOption() => new("--force") { Description = "Overwrite an existing file." };

    /// <summary>The files that will be written, each found writable.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">Whether the result is JSON.</param>
    /// <param name="stem">Name without ending for a file that the user did not name.</param>
    /// <param name="count">How many; above one, the names are numbered.</param>
    /// <exception cref="MelodyException">A file cannot be written there, or already exists.</exception>
    public IReadOnlyList<OutputTarget> Plan(ParseResult arguments, CommandContext context, string stem, int count = 1)
    {
        var format = arguments.GetValue(_format);
        var defaults = new AudioWriteOptions();
        var options = defaults with
        {
            BitDepth = arguments.GetValue(_bits) ?? defaults.BitDepth,
            Quality = arguments.GetValue(_quality) ?? defaults.Quality,
        };
        var path = arguments.GetValue(_output);
        if (path == "-")
        {
            if (context.Json)
                throw new MelodyException("Standard output holds either the sound (-o -) or the JSON (--json); choose one.");
            if (count > 1)
                throw new MelodyException("Standard output holds one sound; give a file for --count.");
            return [OutputTarget.StandardOutput(options with { Format = Kind(format) ?? AudioFormat.Wav })];
        }
        var name = $"{stem}{Ending(format)}";
        if (path is null)
            path = name;
        else if (Directory.Exists(path))
            path = Path.Combine(path, name);
        else if (format != OutputFormat.Auto)
        {
            options = options with { Format = Kind(format) };
            CheckEnding(path, options.Format!.Value);
        }
        bool force = arguments.GetValue(_force);
        var targets = Enumerable
            .Range(1, count)
            .Select(number => new OutputTarget(count == 1 ? path : Numbered(path, number), options) { Replace = force })
            .ToList();
        foreach (var target in targets)
            target.Check();
        return targets;
    }

    private static string Numbered(string path, int number) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? "",
            string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}")
        );

    private static string Ending(OutputFormat format) => format == OutputFormat.Auto ? ".wav" : $".{format.ToString().ToLowerInvariant()}";

    private static void CheckEnding(string path, AudioFormat format)
    {
        AudioFormat named;
        try
        {
            named = AudioFormats.FromPath(path);
        }
        catch (MelodyException)
        {
            return;
        } // an extension of no known format does not contradict this one
        if (named != format)
            throw new MelodyException(
                $"'{path}' has the extension of {named.Name()}, but --format asks for {format.Name()}; make them agree."
            );
    }

    private static AudioFormat? Kind(OutputFormat format) =>
        format switch
        {
            OutputFormat.Wav => AudioFormat.Wav,
            OutputFormat.Flac => AudioFormat.Flac,
            OutputFormat.Ogg => AudioFormat.OggVorbis,
            OutputFormat.Opus => AudioFormat.OggOpus,
            OutputFormat.Mp3 => AudioFormat.Mp3,
            _ => null,
        };
}
