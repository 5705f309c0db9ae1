using Melody.Audio;
using Melody.Corpus.Rendering;

namespace Melody.Cli.Diagnosis;

/// <summary>A library or program that is not part of Melody, and whether it is on this machine.</summary>
/// <param name="Name">Of the library or program.</param>
/// <param name="Purpose">What Melody does with it.</param>
/// <param name="Found">Whether it is there.</param>
/// <param name="Detail">Version or place; null when it is not there.</param>
/// <param name="Install">How to get it on Debian or Ubuntu; null when it is there.</param>
internal sealed record NativeTool(string Name, string Purpose, bool Found, string? Detail, string? Install)
{
    /// <summary>Looks for all of them.</summary>
    public static IReadOnlyList<NativeTool> FindAll() =>
        [
            Make(
                "libsndfile",
                "writes Ogg Vorbis and MP3, reads AIFF and other rare formats",
                SoundFile.Version,
                "apt-get install libsndfile1"
            ),
            Make(
                "ffmpeg",
                "compares the autoencoder with other codecs (evaluate autoencoder); no sound is read through it",
                FindProgram("ffmpeg"),
                "apt-get install ffmpeg"
            ),
            Make(
                "fluidsynth",
                "renders the training corpus",
                FluidSynthLibrary.IsAvailable ? FluidSynthLibrary.Version : null,
                FluidSynthLibrary.InstallLine
            ),
            .. SoundFont.Catalog.Select(font =>
                Make(
                    "sound font " + font.Name,
                    "instruments of the training corpus, one font is enough",
                    SoundFont.Installed().FirstOrDefault(installed => installed.Name == font.Name)?.Path,
                    "apt-get install " + font.Package
                )
            ),
            Make("mma", "accompaniment styles of the training corpus", FindProgram("mma"), "apt-get install mma"),
        ];

    private static NativeTool Make(string name, string purpose, string? detail, string install) =>
        new(name, purpose, detail is not null, detail, detail is null ? install : null);

    private static string? FindProgram(string name)
    {
        if (OperatingSystem.IsWindows())
            name += ".exe";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
