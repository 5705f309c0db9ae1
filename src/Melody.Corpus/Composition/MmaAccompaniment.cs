using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Lets MMA, the Musical MIDI Accompaniment program, play a lead sheet: the sheet is written as MMA's text, MMA runs as a
/// process of its own, and the tracks that it writes become parts.
/// </summary>
internal static class MmaAccompaniment
{
    private const int MmaTicksPerBeat = 192;

    private static readonly Lazy<bool> Found = new(() =>
        Environment
            .GetEnvironmentVariable("PATH")
            ?.Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "mma")))
        ?? false
    );

    private static readonly Lazy<string> FoundVersion = new(AskVersion);

    /// <summary>Whether the program is on the path.</summary>
    public static bool IsInstalled => Found.Value;

    /// <summary>The version of the program, e.g. "21.09".</summary>
    /// <exception cref="MelodyException">The program does not start.</exception>
    public static string Version => FoundVersion.Value;

    /// <summary>What to do when it is not.</summary>
    public const string InstallHint = "MMA, which plays the accompaniments, is not installed; run 'apt-get install mma'";

    /// <summary>
    /// Plays the sheet with one groove a section (and a fill before the next, where the style has one). The last bar is
    /// left free for the closing chord unless the style has an ending.
    /// </summary>
    public static List<Part> Play(
        LeadSheet sheet,
        GrooveStyle style,
        IReadOnlyList<Groove> sectionGrooves,
        Groove? fill,
        bool playLastBar,
        int seed
    )
    {
        if (!IsInstalled)
            throw new MelodyException(InstallHint + ".");
        string text = Write(sheet, style, sectionGrooves, fill, playLastBar, seed);
        using var folder = WorkFolder.Create("mma");
        string source = Path.Combine(folder.Path, "song.mma");
        string target = Path.Combine(folder.Path, "song.mid");
        AtomicFile.WriteText(source, text);
        Run(folder.Path, source, target, style);
        return ToParts(MidiReader.Read(target), sheet, sectionGrooves[0].MmaBeats);
    }

    /// <summary>The sheet in MMA's language.</summary>
    public static string Write(
        LeadSheet sheet,
        GrooveStyle style,
        IReadOnlyList<Groove> sectionGrooves,
        Groove? fill,
        bool playLastBar,
        int seed
    )
    {
        int beats = sectionGrooves[0].MmaBeats;
        double tempo = sheet.Bpm * beats / sheet.Metre.Beats; // MMA's tempo counts MMA's beats
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"RndSeed {seed}\nTempo {Math.Clamp(tempo, 20, 800):0.##}\n");
        int bar = 0;
        for (int s = 0; s < sheet.Sections.Count; s++)
        {
            var section = sheet.Sections[s];
            text.Append(CultureInfo.InvariantCulture, $"Groove {sectionGrooves[s].File}:{sectionGrooves[s].Name}\n");
            for (int b = 0; b < section.Bars.Count; b++, bar++)
            {
                if (bar == sheet.TotalBars - 1 && !playLastBar)
                    break;
                bool isFill = fill is not null && b == section.Bars.Count - 1 && section.Bars.Count >= 4 && s + 1 < sheet.Sections.Count;
                if (isFill)
                    text.Append(CultureInfo.InvariantCulture, $"Groove {fill!.File}:{fill.Name}\n");
                text.Append(CultureInfo.InvariantCulture, $"{bar + 1} {BarText(section, section.Bars[b], beats)}\n");
            }
        }
        return text.ToString();
    }

    private static string BarText(Section section, IReadOnlyList<Chord> chords, int beats)
    {
        string[] cells = Enumerable.Repeat("/", beats).ToArray();
        for (int i = chords.Count - 1; i >= 0; i--)
            cells[Math.Min(beats - 1, (int)Math.Ceiling((double)beats * i / chords.Count))] = chords[i].NameIn(section.Key);
        return string.Join(' ', cells);
    }

    private static string AskVersion()
    {
        var start = new ProcessStartInfo("mma")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-v" },
        };
        try
        {
            using var process = Process.Start(start) ?? throw new MelodyException(InstallHint + ".");
            var errors = process.StandardError.ReadToEndAsync();
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries); // a warning may come first
            process.WaitForExit();
            _ = errors.Result;
            return lines.LastOrDefault(line => line.Length > 0 && char.IsAsciiDigit(line[0])) ?? "of unknown version";
        }
        catch (Win32Exception e)
        {
            throw new MelodyException(InstallHint + ".", e);
        }
    }

    private static void Run(string folder, string source, string target, GrooveStyle style)
    {
        var start = new ProcessStartInfo("mma")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-w", "-xNOCREDIT", "-f", target, source },
            Environment = { ["PYTHONHASHSEED"] = "0", ["HOME"] = folder },
        };
        try
        {
            using var process = Process.Start(start) ?? throw new MelodyException(InstallHint + ".");
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(60_000))
            {
                process.Kill(entireProcessTree: true);
                throw new MelodyException(
                    $"MMA did not finish the groove style '{style.File}' within a minute; leave it out or install MMA 21.09."
                );
            }
            if (process.ExitCode == 0 && File.Exists(target))
                return;
            string reason = (output + errors.Result).Split('\n').LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal))
                ?? "no reason given";
            throw new MelodyException($"MMA could not play the groove style '{style.File}': {reason.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new MelodyException(InstallHint + ".", e);
        }
    }

    private static List<Part> ToParts(MidiSong song, LeadSheet sheet, int mmaBeats)
    {
        var parts = new Dictionary<(PlayerRole, int), Part>();
        double scale = (double)sheet.Metre.BarTicks / (MmaTicksPerBeat * mmaBeats) * MmaTicksPerBeat / song.TicksPerQuarter;
        foreach (var track in song.Tracks)
        {
            var role =
                track.IsDrums ? PlayerRole.Drums
                : track.Name.StartsWith("Bass", StringComparison.OrdinalIgnoreCase)
                || track.Name.StartsWith("Walk", StringComparison.OrdinalIgnoreCase)
                    ? PlayerRole.Bass
                : PlayerRole.Harmony;
            foreach (var note in track.Notes)
            {
                int program = track.IsDrums ? Music.Instrument.DrumKit : ProgramAt(track, note.Start);
                if (!parts.TryGetValue((role, program), out var part))
                    parts[(role, program)] = part = new Part(role, program);
                int start = (int)Math.Round(note.Start * scale);
                int end = Math.Min((int)Math.Round(note.End * scale), sheet.TotalTicks);
                if (start < sheet.TotalTicks)
                    part.Add(
                        start,
                        Math.Max(30, end - start),
                        !track.IsDrums && note.Pitch < 24 ? note.Pitch + 12 : note.Pitch,
                        note.Velocity
                    );
            }
        }
        return [.. parts.Values.Select(Reclassify)];
    }

    // channels may be shared, so names mislead: chords and high lines are harmony, single low lines are bass
    private static Part Reclassify(Part part)
    {
        if (part.Role == PlayerRole.Drums || part.Notes.Count == 0)
            return part;
        double mean = part.Notes.Average(note => note.Pitch);
        double voices = (double)part.Notes.Count / part.Notes.Select(note => note.Start / 20).Distinct().Count();
        var role =
            mean > 57 || voices > 2 ? PlayerRole.Harmony
            : mean < 45 && voices < 1.3 ? PlayerRole.Bass
            : part.Role;
        return role == part.Role ? part : new Part(role, part.Program) { Notes = part.Notes };
    }

    private static int ProgramAt(MidiTrack track, long tick)
    {
        int program = 0;
        foreach (var change in track.Programs)
        {
            if (change.Tick > tick)
                break;
            program = change.Program;
        }
        return program;
    }
}
