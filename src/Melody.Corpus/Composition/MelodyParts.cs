using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Turns a tune into parts: articulation, swing, a doubling or a second voice now and then.</summary>
internal static class MelodyParts
{
    /// <summary>How a program plays tunes in a family.</summary>
    public static MelodyStyle StyleFor(SeededRandom random, int program, GenreFamily family, double bpm, int loudness)
    {
        var (low, high) = InstrumentRanges.Of(program);
        // slow music has room for more notes a beat, fast music for fewer
        double activity = Math.Clamp(family.Activity + (100 - bpm) / 250 + random.Between(-0.1, 0.1), 0.05, 0.95);
        double articulation = InstrumentRanges.IsPlucked(program) ? 0.95 : random.Pick([0.97, 0.93, 0.88, 0.75]);
        if (random.Chance(0.1))
            articulation = 0.5;
        return new MelodyStyle(low, high, activity, family.Syncopation, articulation, family.Swing, loudness);
    }

    /// <summary>The notes as the instrument plays them.</summary>
    public static Part Play(
        IReadOnlyList<MelodyNote> melody,
        LeadSheet sheet,
        MelodyStyle style,
        int program,
        PlayerRole role,
        int volume,
        int shift = 0,
        double gain = 1
    )
    {
        var part = new Part(role, program) { Volume = volume };
        bool swung = style.Swing && !sheet.Metre.IsCompound;
        for (int i = 0; i < melody.Count; i++)
        {
            var note = melody[i];
            var (start, end) = (Swing(note.Start), Swing(note.Start + note.Length));
            if (i + 1 < melody.Count)
                end = Math.Min(end, Swing(melody[i + 1].Start));
            int length = note.Length >= sheet.Metre.BeatTicks * 2 ? (int)((end - start) * 0.97) : (int)((end - start) * style.Articulation);
            part.Add(start, Math.Max(40, length), note.Pitch + shift, (int)(note.Velocity * gain * Dynamics.Of(sheet, note.Start)));
        }
        return part;

        int Swing(int tick)
        {
            if (!swung)
                return tick;
            int inBeat = tick % sheet.Metre.BeatTicks;
            return inBeat * 2 == sheet.Metre.BeatTicks ? tick - inBeat + sheet.Metre.BeatTicks * 2 / 3 : tick;
        }
    }

    /// <summary>A second voice: chord tones a third to a sixth below the tune's longer notes.</summary>
    public static List<MelodyNote> Below(IReadOnlyList<MelodyNote> melody, LeadSheet sheet, int low, int high) =>
        [
            .. melody
                .Where(note => note.Length >= sheet.Metre.BeatTicks / 2)
                .Select(note =>
                {
                    var (chord, key) = (sheet.ChordAt(note.Start).Chord, sheet.KeyAt(note.Start));
                    int wanted = Math.Clamp(Scale.Step(note.Pitch, -2, key, chord), low, high);
                    return note with
                    {
                        Pitch = Scale.Nearest(wanted, p => chord.Contains(p) && p % 12 != note.Pitch % 12, low, high),
                        Velocity = note.Velocity - 10,
                    };
                }),
        ];

    /// <summary>A slow line of guide tones, one note a chord, that moves as little as it can.</summary>
    public static List<MelodyNote> GuideTones(LeadSheet sheet, int low, int high, int loudness)
    {
        var line = new List<MelodyNote>();
        int pitch = (low + high) / 2;
        foreach (var span in sheet.Chords)
        {
            int third = span.Chord.Root + (span.Chord.Tones.Count > 2 ? span.Chord.Tones[1] : 0);
            int seventh = span.Chord.Root + span.Chord.Tones[^1];
            pitch = Scale.Nearest(pitch, p => p % 12 == third % 12 || p % 12 == seventh % 12, low, high);
            line.Add(new(span.Start, span.Length, pitch, loudness));
        }
        return line;
    }
}
