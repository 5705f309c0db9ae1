using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Melody.Corpus.Rendering;

/// <summary>A sound font on this machine: its name, its file, and under which licence its sounds come.</summary>
internal sealed record SoundFont(string Name, string Path, string Licence, string Source)
{
    /// <summary>An environment variable that names one more folder to look in.</summary>
    public const string FolderVariable = "MELODY_SOUNDFONTS";

    private static readonly string[] Folders =
    [
        "/usr/share/sounds/sf2",
        "/usr/share/sounds/sf3",
        "/usr/share/soundfonts",
        "/usr/local/share/soundfonts",
        "/opt/homebrew/share/soundfonts",
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "soundfonts"),
    ];

    private static readonly Known[] KnownFonts =
    [
        new("fluid-r3", ["FluidR3_GM.sf2"], "fluid-soundfont-gm", "MIT", "Fluid (R3) General MIDI SoundFont by Frank Wen"),
        new(
            "musescore-general",
            ["MuseScore_General_Full.sf3", "MuseScore_General.sf3"],
            "musescore-general-soundfont",
            "MIT",
            "MuseScore General by S. Christian Collins"
        ),
        new(
            "musescore-general-lite",
            ["MuseScore_General_Lite.sf3"],
            "musescore-general-soundfont-small",
            "MIT",
            "MuseScore General, small, by S. Christian Collins"
        ),
        new("csound", ["sf_GMbank.sf2"], "csound-soundfont", "public domain", "General MIDI bank from Csound"),
    ];

    private sealed record Known(string Name, string[] Files, string Package, string Licence, string Source);

    /// <summary>The fonts of known licence that are installed, in the order of their names above.</summary>
    public static IReadOnlyList<SoundFont> Installed()
    {
        var found = new List<SoundFont>();
        foreach (var known in KnownFonts)
        {
            string? path = known.Files.Select(FindFile).FirstOrDefault(file => file is not null);
            // the plain name of MuseScore's font may be a link to the small one: that is the same font, not another
            if (path is null || LinksToAnother(known, path))
                continue;
            found.Add(new SoundFont(known.Name, path, known.Licence, known.Source));
        }
        return found;
    }

    /// <summary>The fonts of known licence by name, each with its Debian package, installed or not.</summary>
    public static IReadOnlyList<(string Name, string Package)> Catalog { get; } = [.. KnownFonts.Select(font => (font.Name, font.Package))];

    /// <summary>Every installed font of known licence.</summary>
    /// <exception cref="MelodyException">There is none.</exception>
    public static IReadOnlyList<SoundFont> RequireInstalled()
    {
        var fonts = Installed();
        return fonts.Count > 0
            ? fonts
            : throw new MelodyException($"No sound font is installed; on Debian or Ubuntu: {FluidSynthLibrary.InstallLine}.");
    }

    /// <summary>The font of that name, or any .sf2 or .sf3 file by its path.</summary>
    /// <exception cref="MelodyException">The font does not exist, or the file is not a whole font.</exception>
    public static SoundFont Find(string nameOrPath)
    {
        if (Installed().FirstOrDefault(font => font.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } installed)
            return installed;
        if (KnownFonts.FirstOrDefault(font => font.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } known)
            throw new MelodyException(
                $"The sound font '{known.Name}' is not installed; on Debian or Ubuntu: apt-get install {known.Package}."
            );
        if (!File.Exists(nameOrPath))
            throw new MelodyException(
                $"Unknown sound font '{nameOrPath}'; give a file or one of {string.Join(", ", KnownFonts.Select(font => font.Name))}."
            );
        var font = new SoundFont(
            System.IO.Path.GetFileNameWithoutExtension(nameOrPath),
            System.IO.Path.GetFullPath(nameOrPath),
            "unknown",
            "a file of the user"
        );
        return font.LooksComplete()
            ? font
            : throw new MelodyException($"The sound font '{nameOrPath}' does not load; is it a complete .sf2 or .sf3 file?");
    }

    /// <summary>SHA-256 of the file, in lower-case hexadecimal digits.</summary>
    public string ComputeSha256()
    {
        using var stream = File.OpenRead(Path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Whether the file begins as a sound font does (a RIFF file of the form sfbk) and is as long as it says.</summary>
    public bool LooksComplete()
    {
        try
        {
            using var stream = File.OpenRead(Path);
            Span<byte> head = stackalloc byte[12];
            return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
                && head.StartsWith("RIFF"u8)
                && head[8..].SequenceEqual("sfbk"u8)
                // some writers leave the last padding byte out
                && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) + 8L <= stream.Length + 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? FindFile(string fileName) =>
        Folders
            .Prepend(Environment.GetEnvironmentVariable(FolderVariable) ?? "")
            .Where(folder => folder.Length > 0)
            .Select(folder => System.IO.Path.Combine(folder, fileName))
            .FirstOrDefault(File.Exists);

    private static bool LinksToAnother(Known known, string path) =>
        KnownFonts.Any(other => other != known && other.Files.Contains(System.IO.Path.GetFileName(Resolve(path))));

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
