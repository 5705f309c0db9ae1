using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>
/// Adds to a plain tune, whose strong beats are chord tones, what real melodies have between and against the chords:
/// suspensions, appoggiaturas and accented passing notes, which all resolve by step into the chord; passing notes that
/// fill a third; and chromatic notes a semitone beside the next note. The last note of a tune stays as it is.
/// </summary>
internal sealed class Figuration(SeededRandom random, LeadSheet sheet, MelodyStyle style)
{
    /// <summary>How often a strong beat leans on a note outside the chord, where a neighbour can resolve it.</summary>
    private const double Leaning = 0.24;

    private readonly double _chromatic = sheet.Style switch
    {
        HarmonyStyle.Jazz or HarmonyStyle.Bossa or HarmonyStyle.Classical or HarmonyStyle.Latin => 0.3,
        HarmonyStyle.Blues or HarmonyStyle.Soul or HarmonyStyle.Pop or HarmonyStyle.Rock => 0.18,
        _ => 0.08,
    };

    /// <summary>The tune of a section that starts at <paramref name="start"/>, with figures; note times count from there.</summary>
    public List<MelodyNote> Apply(IReadOnlyList<MelodyNote> tune, int start)
    {
        var notes = new List<MelodyNote>(tune);
        for (int i = 0; i + 1 < notes.Count; i++)
            if (IsStrong(notes[i]) && !(i > 0 && Leans(notes[i - 1], start)))
                Lean(notes, i, start);
        // from the end, so that the note that is led to is already what it will be
        for (int i = notes.Count - 2; i >= 0; i--)
            if (!IsStrong(notes[i]) && !TryChromatic(notes, i, start))
                Fill(notes, i, start);
        return notes;
    }

    private bool Leans(MelodyNote note, int start) => IsStrong(note) && !sheet.ChordAt(start + note.Start).Chord.Contains(note.Pitch);

    private bool IsStrong(MelodyNote note) => sheet.Metre.Strength(note.Start % sheet.Metre.BarTicks) >= 2;

    // a long note is prepared by its neighbour; a short one gives way to a neighbour of the note that follows
    private void Lean(List<MelodyNote> notes, int i, int start)
    {
        var (note, next) = (notes[i], notes[i + 1]);
        var chord = sheet.ChordAt(start + note.Start).Chord;
        if (!chord.Contains(note.Pitch) || !random.Chance(Leaning))
            return;
        int before = i > 0 ? notes[i - 1].Pitch : note.Pitch;
        int beat = sheet.Metre.BeatTicks;
        if (note.Length >= beat && note.Length <= 3 * beat && random.Chance(0.7))
        {
            if (Neighbour(note.Pitch, before, start + note.Start) is not { } leaning)
                return;
            int held =
                note.Length >= 2 * beat ? beat
                : sheet.Metre.IsCompound ? note.Length * 2 / 3
                : note.Length / 2;
            if (!chord.Equals(sheet.ChordAt(start + note.Start + held).Chord))
                return;
            notes[i] = note with { Length = held, Pitch = leaning };
            notes.Insert(i + 1, new(note.Start + held, note.Length - held, note.Pitch, Math.Max(20, note.Velocity - 8)));
            return;
        }
        if (next.Start - note.Start > 2 * beat || i + 2 >= notes.Count || IsStrong(next))
            return;
        int goal = chord.Contains(next.Pitch) ? next.Pitch : note.Pitch;
        if (!chord.Equals(sheet.ChordAt(start + next.Start).Chord) || Math.Abs(notes[i + 2].Pitch - goal) > 7)
            return;
        if (Neighbour(goal, before, start + note.Start) is not { } dissonance || Math.Abs(dissonance - before) > 7)
            return;
        notes[i] = note with { Pitch = dissonance };
        notes[i + 1] = next with { Pitch = goal };
    }

    // a step above or below that the chord lacks: the one that is held over or nearest to the note before, else mostly the upper
    private int? Neighbour(int goal, int before, int tick)
    {
        var (chord, key) = (sheet.ChordAt(tick).Chord, sheet.KeyAt(tick));
        int? best = null;
        double nearest = double.PositiveInfinity;
        foreach (int direction in new[] { 1, -1 })
        {
            int pitch = Scale.Step(goal, direction, key, chord);
            if (
                Math.Abs(pitch - goal) > 2
                || chord.Contains(pitch)
                || !Scale.Allows(pitch, key, chord)
                || pitch < style.Low
                || pitch > style.High
            )
                continue;
            double distance = Math.Abs(pitch - before) + (direction > 0 ? 0 : 1.5) + random.NextDouble();
            if (distance < nearest)
                (best, nearest) = (pitch, distance);
        }
        return best;
    }

    // a short weak note a tone from the next one becomes its chromatic neighbour; a longer one is led on by a semitone between
    private bool TryChromatic(List<MelodyNote> notes, int i, int start)
    {
        var (note, next) = (notes[i], notes[i + 1]);
        if (next.Start != note.Start + note.Length || Math.Abs(next.Pitch - note.Pitch) != 2 || !random.Chance(_chromatic))
            return false;
        int between = (note.Pitch + next.Pitch) / 2;
        if (sheet.KeyAt(start + next.Start).Contains(between))
            return false;
        if (note.Length >= sheet.Metre.BeatTicks)
        {
            return Split(notes, i, between);
        }
        // not where the note resolves a leaning one
        if (i == 0 || Math.Abs(between - notes[i - 1].Pitch) > 5 || Leans(notes[i - 1], start))
            return false;
        notes[i] = note with { Pitch = between };
        return true;
    }

    // a third that is approached from a long note is filled by the note between
    private void Fill(List<MelodyNote> notes, int i, int start)
    {
        var (note, next) = (notes[i], notes[i + 1]);
        if (Math.Abs(next.Pitch - note.Pitch) is not (3 or 4) || next.Start != note.Start + note.Length)
            return;
        if (note.Length < sheet.Metre.BeatTicks || note.Length > 2 * sheet.Metre.BeatTicks || !random.Chance(0.5))
            return;
        var (chord, key) = (sheet.ChordAt(start + note.Start).Chord, sheet.KeyAt(start + note.Start));
        int between = Scale.Step(note.Pitch, Math.Sign(next.Pitch - note.Pitch), key, chord);
        if (Math.Abs(between - next.Pitch) <= 2 && between != next.Pitch)
            Split(notes, i, between);
    }

    private bool Split(List<MelodyNote> notes, int i, int pitch)
    {
        var note = notes[i];
        int first =
            sheet.Metre.IsCompound ? note.Length * 2 / 3
            : note.Length >= 2 * sheet.Metre.BeatTicks ? note.Length * 3 / 4
            : note.Length / 2;
        var second = new MelodyNote(note.Start + first, note.Length - first, pitch, Math.Max(20, note.Velocity - 5));
        if (IsStrong(second))
            return false;
        notes[i] = note with { Length = first };
        notes.Insert(i + 1, second);
        return true;
    }
}
