using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>How a melody moves.</summary>
/// <param name="Low">Lowest key of its range.</param>
/// <param name="High">Highest key of its range.</param>
/// <param name="Activity">0 (long notes) .. 1 (running notes).</param>
/// <param name="Syncopation">0..1, how often notes stand before or between the beats.</param>
/// <param name="Articulation">Sounding part of a note's length: 0.4 staccato .. 1 legato.</param>
/// <param name="Swing">Whether off-beat eighths come late, at two thirds of the beat.</param>
/// <param name="Loudness">Mean velocity.</param>
internal sealed record MelodyStyle(int Low, int High, double Activity, double Syncopation, double Articulation, bool Swing, int Loudness);

/// <summary>One note of a melody before articulation.</summary>
internal readonly record struct MelodyNote(int Start, int Length, int Pitch, int Velocity);

/// <summary>
/// Writes a tune over a lead sheet. Each theme has one- or two-bar motifs (a rhythm and a contour in scale steps) that
/// come back at the pitch of the chord under them; four-bar phrases follow a plan such as a-b-a-c with a rise and a
/// fall, and end on a long chord tone and a rest. Notes on strong beats and long notes are chord tones at first;
/// <see cref="Figuration"/> then adds what leans against the chords. A section that returns brings its tune back, now
/// and then varied.
/// </summary>
internal sealed class MelodyWriter(SeededRandom random, MelodyStyle style)
{
    private static readonly string[] Plans = ["abac", "aabc", "abca", "abab", "abcd", "abcb", "aabb"];

    private readonly Dictionary<string, (int Start, List<MelodyNote> Plain, List<MelodyNote> Figured)> _themes = new(
        StringComparer.Ordinal
    );

    /// <summary>The melody of the whole sheet, in time order; intros stay free unless <paramref name="withIntro"/>.</summary>
    public List<MelodyNote> Write(LeadSheet sheet, bool withIntro)
    {
        var melody = new List<MelodyNote>();
        for (int i = 0; i < sheet.Sections.Count; i++)
        {
            var section = sheet.Sections[i];
            int start = sheet.SectionStartBars[i] * sheet.Metre.BarTicks;
            if (section.Name is SectionName.Intro or SectionName.Turnaround && !withIntro)
                continue;
            if (section.Name == SectionName.Ending)
                melody.AddRange(Ending(sheet, section, start, melody));
            else
                melody.AddRange(Theme(sheet, section, start));
        }
        return melody;
    }

    private IEnumerable<MelodyNote> Theme(LeadSheet sheet, Section section, int start)
    {
        string id = $"{section.Name}/{section.Bars.Count}";
        bool known = _themes.TryGetValue(id, out var theme);
        List<MelodyNote> notes;
        if (known && HasSameChords(theme.Plain, sheet, theme.Start, start))
            notes = random.Chance(0.4) ? Ornament(theme.Figured, sheet, start) : theme.Figured;
        else
        {
            var plain = known ? Adapt(theme.Plain, sheet, start) : Compose(sheet, section, start);
            notes = new Figuration(random, sheet, style).Apply(plain, start);
            if (!known)
                _themes[id] = (start, plain, notes);
        }
        return notes.Select(note => note with { Start = note.Start + start });
    }

    private List<MelodyNote> Compose(LeadSheet sheet, Section section, int start)
    {
        var metre = sheet.Metre;
        var motifs = new Dictionary<char, Motif>();
        var notes = new List<MelodyNote>();
        var (low, high) = (style.Low, style.High);
        double home = low + (high - low) * random.Between(0.35, 0.55);
        string plan = random.Pick(Plans);
        int previous = (int)home;
        for (int bar = 0; bar < section.Bars.Count; bar++)
        {
            int place = bar % 4;
            bool phraseEnds = place == 3 || bar == section.Bars.Count - 1;
            char letter = plan[place];
            if (!motifs.TryGetValue(letter, out var motif))
                motifs[letter] = motif = Motif.Invent(random, metre, style);
            else if (random.Chance(0.15))
                motif = motif.Vary(random);
            // the arc: each phrase rises to its third bar and falls; the second phrase of a pair lies a little higher
            double[] arc = [0.0, 0.35, 0.6, 0.1];
            double target = home + (high - low) * 0.35 * (arc[place] + (bar / 4 % 2) * 0.15) - (high - low) * 0.08;
            // a phrase begins in another register now and then
            if (place == 0 && bar > 0 && random.Chance(0.4))
                target += random.Pick([-12, -12, -9, 9, 12, 12]);
            var shape = phraseEnds ? motif.AsCadence(random, metre) : motif;
            previous = Place(
                shape,
                sheet,
                start,
                bar * metre.BarTicks,
                Math.Clamp((int)Math.Round(target * 0.6 + previous * 0.4), low, high),
                notes,
                phraseEnds && bar == section.Bars.Count - 1
            );
        }
        return notes;
    }

    private int Place(Motif motif, LeadSheet sheet, int sectionStart, int barStart, int target, List<MelodyNote> notes, bool sectionEnds)
    {
        var metre = sheet.Metre;
        int pitch = target;
        for (int i = 0; i < motif.Notes.Count; i++)
        {
            var (offset, length, step) = motif.Notes[i];
            int tick = sectionStart + barStart + offset;
            var (chord, key) = (sheet.ChordAt(tick).Chord, sheet.KeyAt(tick));
            bool isLast = i == motif.Notes.Count - 1;
            bool settles =
                metre.Strength(offset) >= 2
                || metre.Strength(offset) == 1 && length >= metre.BeatTicks && random.Chance(0.5)
                || length >= metre.BeatTicks * 3 / 2
                || i == 0
                || isLast && sectionEnds;
            int before = pitch;
            int wanted = i == 0 ? target : Scale.Step(pitch, step, key, chord);
            if (wanted > style.High)
                wanted = Scale.Step(pitch, -Math.Abs(step) - 1, key, chord);
            if (wanted < style.Low)
                wanted = Scale.Step(pitch, Math.Abs(step) + 1, key, chord);
            bool tonicChord = chord.Contains(key.Tonic) && isLast && sectionEnds;
            pitch =
                tonicChord && chord.Root == key.Tonic ? Scale.Nearest(wanted, p => p % 12 == key.Tonic, style.Low, style.High)
                : settles ? Scale.NearestChordTone(wanted, chord, style.Low, style.High)
                : Scale.NearestInScale(wanted, key, chord, style.Low, style.High);
            // settling must not turn a step into a repeated note
            if (i > 0 && step != 0 && pitch == before && !(isLast && sectionEnds))
            {
                int moved = settles
                    ? Scale.NearestChordTone(pitch + 2 * Math.Sign(step), chord, style.Low, style.High)
                    : Scale.Step(pitch, Math.Sign(step), key, chord);
                if (moved == pitch)
                    moved = Scale.Nearest(pitch + 3 * Math.Sign(step), chord.Contains, style.Low, style.High);
                if (moved >= style.Low && moved <= style.High)
                    pitch = moved;
            }
            notes.Add(new(barStart + offset, length, pitch, Velocity(metre, offset, i, motif.Notes.Count)));
        }
        return pitch;
    }

    private int Velocity(Metre metre, int offset, int index, int count)
    {
        int accent = metre.Strength(offset) switch
        {
            3 => 8,
            2 => 5,
            1 => 2,
            _ => -3,
        };
        double arc = 6 * Math.Sin(Math.PI * (index + 0.5) / Math.Max(1, count));
        return Math.Clamp((int)(style.Loudness + accent + arc + random.NextNormal() * 3), 25, 122);
    }

    // the chords changed under a known theme (another cadence, another key): keep the rhythm, move the pitches
    private List<MelodyNote> Adapt(List<MelodyNote> notes, LeadSheet sheet, int start) =>
        [
            .. notes.Select(note =>
            {
                var (chord, key) = (sheet.ChordAt(start + note.Start).Chord, sheet.KeyAt(start + note.Start));
                bool strong = sheet.Metre.Strength(note.Start % sheet.Metre.BarTicks) >= 1 || note.Length >= sheet.Metre.BeatTicks * 3 / 2;
                return note with
                {
                    Pitch = strong
                        ? Scale.NearestChordTone(note.Pitch, chord, style.Low, style.High)
                        : Scale.NearestInScale(note.Pitch, key, chord, style.Low, style.High),
                };
            }),
        ];

    private static bool HasSameChords(List<MelodyNote> notes, LeadSheet sheet, int there, int here) =>
        notes.All(note =>
            sheet.ChordAt(there + note.Start).Chord == sheet.ChordAt(here + note.Start).Chord
            && sheet.KeyAt(there + note.Start) == sheet.KeyAt(here + note.Start)
        );

    // a returning theme may split a long note into a note and its upper neighbour
    private List<MelodyNote> Ornament(List<MelodyNote> notes, LeadSheet sheet, int start)
    {
        var varied = new List<MelodyNote>();
        foreach (var note in notes)
        {
            if (
                note.Length < sheet.Metre.BeatTicks
                || note.Length > 2 * sheet.Metre.BeatTicks
                || !random.Chance(0.3)
                || !sheet.ChordAt(start + note.Start).Chord.Contains(note.Pitch)
                || sheet.Metre.Strength((note.Start + note.Length / 2) % sheet.Metre.BarTicks) >= 2
            )
            {
                varied.Add(note);
                continue;
            }
            var (chord, key) = (sheet.ChordAt(start + note.Start).Chord, sheet.KeyAt(start + note.Start));
            int half = note.Length / 2;
            varied.Add(note with { Length = half });
            varied.Add(
                new(
                    note.Start + half,
                    note.Length - half,
                    Scale.NearestInScale(Scale.Step(note.Pitch, 1, key, chord), key, chord, style.Low, style.High),
                    note.Velocity - 4
                )
            );
        }
        return varied;
    }

    private IEnumerable<MelodyNote> Ending(LeadSheet sheet, Section section, int start, List<MelodyNote> before)
    {
        var metre = sheet.Metre;
        int near = before.Count > 0 ? before[^1].Pitch : (style.Low + style.High) / 2;
        for (int bar = 0; bar < section.Bars.Count; bar++)
        {
            bool isLast = bar == section.Bars.Count - 1;
            int tick = start + bar * metre.BarTicks;
            var chord = sheet.ChordAt(tick).Chord;
            near =
                isLast && chord.Contains(section.Key.Tonic)
                    ? Scale.Nearest(near, p => p % 12 == section.Key.Tonic, style.Low, style.High)
                    : Scale.NearestChordTone(near + random.Between(-2, 2), chord, style.Low, style.High);
            yield return new(tick, metre.BarTicks - (isLast ? 0 : metre.BeatTicks / 2), near, Math.Clamp(style.Loudness + 3, 25, 122));
        }
    }
}
