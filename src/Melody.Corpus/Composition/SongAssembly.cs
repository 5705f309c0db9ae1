using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Puts parts on channels and makes the song: parts of one role and program share a track, drums play channel 10.</summary>
internal static class SongAssembly
{
    /// <summary>The song and the role of each of its tracks.</summary>
    public static (MidiSong Song, List<PlayerRole> Roles) Build(string title, LeadSheet sheet, IEnumerable<Part> parts)
    {
        var (tracks, roles) = Tracks(parts);
        double quarters = sheet.Metre.QuartersPerMinute(sheet.Bpm);
        var keys = new List<KeySignature>();
        for (int i = 0; i < sheet.Sections.Count; i++)
        {
            var key = sheet.Sections[i].Key;
            if (i > 0 && sheet.Sections[i - 1].Key == key)
                continue;
            keys.Add(new(sheet.SectionStartBars[i] * sheet.Metre.BarTicks, key.Sharps, key.Mode == Mode.Minor));
        }
        var song = new MidiSong
        {
            Title = title,
            TicksPerQuarter = MetreTicks.PerQuarter,
            Tracks = tracks,
            Tempos = [TempoChange.FromBeatsPerMinute(0, quarters)],
            TimeSignatures = [new(0, sheet.Metre.Numerator, sheet.Metre.Denominator)],
            KeySignatures = keys,
        };
        return (song, roles);
    }

    /// <summary>Tracks on channels of their own; beyond fifteen pitched ones the quietest are left out.</summary>
    public static (List<MidiTrack> Tracks, List<PlayerRole> Roles) Tracks(IEnumerable<Part> parts)
    {
        var merged = new List<Part>();
        foreach (var part in parts.Where(part => part.Notes.Count > 0))
        {
            var same = merged.Find(other => other.Role == part.Role && other.Program == part.Program);
            if (same is null)
                merged.Add(part);
            else
                same.Notes.AddRange(part.Notes);
        }
        var pitched = merged.Where(part => part.Program != Instrument.DrumKit).OrderBy(part => part.Role).Take(15).ToList();
        var (tracks, roles, channel) = (new List<MidiTrack>(), new List<PlayerRole>(), 0);
        foreach (var part in pitched.Concat(merged.Where(part => part.Program == Instrument.DrumKit)))
        {
            bool isDrums = part.Program == Instrument.DrumKit;
            if (channel == MidiTrack.DrumChannel)
                channel++;
            tracks.Add(
                new MidiTrack
                {
                    Name = isDrums ? "drums" : $"{EnumName<PlayerRole>.Of(part.Role)}: {Instruments.Of(part.Program).Name}",
                    Channel = isDrums ? MidiTrack.DrumChannel : channel++,
                    Programs = [new(0, isDrums ? part.Kit : part.Program)],
                    Controls = [new(0, MidiController.Volume, part.Volume), new(0, MidiController.Pan, part.Pan)],
                    Notes = Clean(part.Notes),
                }
            );
            roles.Add(part.Role);
        }
        return (tracks, roles);
    }

    // in time order, one note a pitch at a time: a note that is struck again while it sounds ends there
    private static MidiNote[] Clean(List<MidiNote> notes)
    {
        var result = new List<MidiNote>();
        foreach (var group in notes.GroupBy(note => note.Pitch))
        {
            MidiNote? last = null;
            foreach (var note in group.OrderBy(note => note.Start).ThenByDescending(note => note.Velocity))
            {
                if (last is { } before)
                {
                    if (note.Start == before.Start)
                        continue;
                    result.Add(before.End > note.Start ? before with { Length = note.Start - before.Start } : before);
                }
                last = note;
            }
            result.Add(last!.Value);
        }
        return [.. result.OrderBy(note => note.Start).ThenBy(note => note.Pitch)];
    }
}
