using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>Writes a song for a band: MMA plays the groove, a tune is written over it, and the colours are chosen.</summary>
internal sealed class BandArranger(ulong seed, int index, string id, CompositionOptions options)
{
    /// <summary>A piece in a groove style.</summary>
    public ComposedPiece Compose(GrooveStyle style)
    {
        var random = SeededRandom.For(seed, "plan");
        var family = style.Family;
        double bpm = Tempo(random, style);
        var key = PieceChoices.Key(random, index, family);
        var sheet = SongForm.Build(
            SeededRandom.For(seed, "form"),
            key,
            style.Metre,
            bpm,
            family.Harmony,
            PieceChoices.Seconds(random, options.PieceSeconds)
        );
        return Arrange(style, sheet, random, null);
    }

    /// <summary>Plays a given sheet in the style; a given tune takes the place of one of our own.</summary>
    public ComposedPiece Arrange(GrooveStyle style, LeadSheet sheet, SeededRandom random, IReadOnlyList<MelodyNote>? tune)
    {
        var grooves = ChooseGrooves(style, sheet, random);
        var fill = random.Chance(0.85) ? style.Find("Fill", random) : null;
        if (fill is not null && fill.MmaBeats != grooves[0].MmaBeats)
            fill = null;
        bool hasEnding = grooves[^1].Is("End");
        var parts = MmaAccompaniment.Play(sheet, style, grooves, fill, hasEnding, random.Between(1, 1_000_000));
        MissingPlayers.Add(parts, sheet, style.Family, SeededRandom.For(seed, "missing players"));
        if (!hasEnding)
            parts.AddRange(LastChord(sheet, parts));

        var colour = random.Chance(0.14) ? random.Pick(Colour.All) : null;
        bool swap = colour is null && random.Chance(0.4);
        parts = Recolour(parts, colour, swap, random);
        Balance(parts);

        var melody = new List<MelodyNote>();
        bool hasMelody = tune is not null || random.Chance(0.85);
        int players = parts.Count;
        parts = Reduction.Draw(parts, sheet, style.Family, hasMelody, random);
        bool isSmall = parts.Count < players && parts.Count <= 4;
        if (hasMelody)
        {
            int lead = colour is not null ? random.Pick(colour.Melody) : random.Pick(style.Family.Leads);
            var styleOfLead = MelodyParts.StyleFor(random, lead, style.Family, sheet.Bpm, 88);
            styleOfLead = AboveChords(styleOfLead, parts);
            melody = tune is not null
                ? [.. tune]
                : new MelodyWriter(SeededRandom.For(seed, "melody"), styleOfLead).Write(sheet, random.Chance(0.2));
            MakeRoom(parts, melody);
            parts.Add(MelodyParts.Play(melody, sheet, styleOfLead, lead, PlayerRole.Melody, 112));
            if (!isSmall)
                AddCompany(parts, melody, sheet, styleOfLead, lead, colour, random);
        }
        var (song, roles) = SongAssembly.Build($"{style.Family.Name} in {sheet.Sections[0].Key.Name}", sheet, parts);
        return new ComposedPiece
        {
            Id = id,
            Seed = seed,
            TuneId = id,
            Split = Composer.SplitOf(id),
            Kind = PieceKind.Groove,
            Style = grooves.First(groove => !groove.IsSpecial).Name,
            Family = style.Family,
            Colour = colour?.Name,
            Grooves = [.. grooves.Select(groove => groove.Name).Concat(fill is null ? [] : [fill.Name]).Distinct()],
            Sources =
            [
                Composer.OwnSource,
                new("accompaniment played by MMA, Musical MIDI Accompaniment", "output is the user's own", style.File),
            ],
            Song = song,
            Roles = roles,
            Bpm = sheet.Bpm,
            Metre = sheet.Metre,
            Key = sheet.Sections[0].Key,
            Chords = sheet.Chords,
            Sections = EnsembleArranger.Spans(sheet),
            Melody = melody,
        };
    }

    // names say "slow" or "fast"; compound metres count dotted beats
    private static double Tempo(SeededRandom random, GrooveStyle style)
    {
        var (slow, fast) = ((double)style.Family.SlowBpm, (double)style.Family.FastBpm);
        if (style.File.Contains("slow", StringComparison.OrdinalIgnoreCase))
            (slow, fast) = (slow * 0.7, (slow + fast) / 2);
        if (style.File.Contains("fast", StringComparison.OrdinalIgnoreCase))
            (slow, fast) = ((slow + fast) / 2, fast * 1.1);
        if (style.Metre.IsCompound)
            (slow, fast) = (Math.Max(45, slow * 0.7), fast * 0.75);
        return PieceChoices.Tempo(random, slow, Math.Max(fast, slow * 1.2));
    }

    private static List<Groove> ChooseGrooves(GrooveStyle style, LeadSheet sheet, SeededRandom random)
    {
        int beats = random.Pick([.. style.Main]).MmaBeats;
        var main = random.Shuffle(style.Main.Where(groove => groove.MmaBeats == beats));
        var byName = new Dictionary<SectionName, Groove>();
        var chosen = new List<Groove>();
        int next = 0;
        foreach (var section in sheet.Sections)
        {
            var special = section.Name switch
            {
                SectionName.Intro => style.Find("Intro", random),
                SectionName.Ending => style.Find("End", random),
                _ => null,
            };
            if (special is not null && special.MmaBeats == beats)
            {
                chosen.Add(special);
                continue;
            }
            // a section that returns has its groove again now and then, else the next of the style
            bool keep = section.Name == SectionName.Ending || byName.ContainsKey(section.Name) && random.Chance(0.04);
            if (!keep || !byName.TryGetValue(section.Name == SectionName.Ending ? SectionName.A : section.Name, out var groove))
                groove = main[next++ % main.Length];
            chosen.Add(byName[section.Name] = groove);
        }
        return chosen;
    }

    // the players hold the last chord together
    private static IEnumerable<Part> LastChord(LeadSheet sheet, List<Part> parts)
    {
        int start = (sheet.TotalBars - 1) * sheet.Metre.BarTicks;
        var chord = sheet.ChordAt(start).Chord;
        int harmony = parts.Where(part => part.Role == PlayerRole.Harmony).MaxBy(part => part.Notes.Count)?.Program ?? GrandPiano;
        int loud = (int)parts.SelectMany(part => part.Notes).Select(note => note.Velocity).DefaultIfEmpty(80).Average();
        var chords = new Part(PlayerRole.Harmony, harmony);
        foreach (int pitch in new Voicing(60, 4).Next(chord))
            chords.Add(start, sheet.Metre.BarTicks, pitch, loud);
        yield return chords;
        var bass = new Part(PlayerRole.Bass, parts.Find(part => part.Role == PlayerRole.Bass)?.Program ?? harmony);
        bass.Add(start, sheet.Metre.BarTicks, Voicing.Bass(chord, bass.Program == harmony ? 38 : 31), loud);
        yield return bass;
        if (parts.TrueForAll(part => part.Role != PlayerRole.Drums))
            yield break;
        var drums = new Part(PlayerRole.Drums, Instrument.DrumKit);
        drums.Add(start, sheet.Metre.BarTicks, GmDrum.Crash, loud);
        drums.Add(start, sheet.Metre.BeatTicks, GmDrum.Kick, loud);
        yield return drums;
    }

    private static List<Part> Recolour(List<Part> parts, Colour? colour, bool swap, SeededRandom random)
    {
        var map = new Dictionary<(PlayerRole, int), int>();
        var result = new List<Part>();
        int harmonies = 0;
        foreach (var part in parts)
        {
            if (part.Role == PlayerRole.Drums)
            {
                if (colour is { Kit: null })
                    continue;
                result.Add(new Part(PlayerRole.Drums, Instrument.DrumKit) { Kit = colour?.Kit ?? GmDrumKit.Standard, Notes = part.Notes });
                continue;
            }
            if (!map.TryGetValue((part.Role, part.Program), out int program))
            {
                program = colour is not null
                    ? part.Role == PlayerRole.Bass
                        ? colour.Bass
                        : colour.Harmony[harmonies++ % colour.Harmony.Length]
                    : part.Role == PlayerRole.Bass && part.Program <= Clavinet
                        // a style that leaves the bass to the default piano
                        ? random.Pick([FingeredBass, AcousticBass, PickedBass, FingeredBass])
                        : swap
                            ? Colour.Swap(part.Program, random)
                            : part.Program;
                map[(part.Role, part.Program)] = program;
            }
            result.Add(new Part(part.Role, program) { Notes = colour is null ? part.Notes : Fit(part.Notes, program) });
        }
        return result;
    }

    // octaves that suit the new instrument, as one shift for all notes so that the line stays itself
    private static List<MidiNote> Fit(List<MidiNote> notes, int program)
    {
        var (low, high) = InstrumentRanges.Of(program);
        if (
            program
            is (>= SquareLead and <= SciFiEffect)
                or StringEnsemble1
                or StringEnsemble2
                or ChoirAahs
                or <= Clavinet
                or (>= DrawbarOrgan and <= ChurchOrgan)
        )
            (low, high) = (40, 88);
        double mean = notes.Average(note => note.Pitch);
        int shift =
            mean > high ? -12 * (int)Math.Ceiling((mean - high) / 12)
            : mean < low ? 12 * (int)Math.Ceiling((low - mean) / 12)
            : 0;
        return [.. notes.Select(note => note with { Pitch = Math.Clamp(note.Pitch + shift, 12, 115) })];
    }

    // the tune lies above the middle of the chords where the instrument can
    private static MelodyStyle AboveChords(MelodyStyle style, List<Part> parts)
    {
        double chords = parts
            .Where(part => part.Role == PlayerRole.Harmony)
            .SelectMany(part => part.Notes)
            .Select(note => (double)note.Pitch)
            .DefaultIfEmpty(0)
            .Average();
        return style with { Low = Math.Max(style.Low, (int)Math.Min(chords - 1, style.High - 15)) };
    }

    // chords that lie above the tune go down an octave, or step back
    private static void MakeRoom(List<Part> parts, List<MelodyNote> melody)
    {
        if (melody.Count == 0)
            return;
        double tune = melody.Average(note => note.Pitch);
        foreach (var part in parts.Where(part => part.Role == PlayerRole.Harmony && part.Notes.Count > 0).ToList())
        {
            double mean = part.Notes.Average(note => note.Pitch);
            if (mean < tune - 1)
                continue;
            int down = mean - 12 > 50 ? -12 : 0;
            for (int i = 0; i < part.Notes.Count; i++)
                part.Notes[i] = part.Notes[i] with
                {
                    Pitch = part.Notes[i].Pitch + down,
                    Velocity = Math.Max(20, part.Notes[i].Velocity * (down == 0 ? 82 : 92) / 100),
                };
        }
    }

    // accompaniment under the tune: many players are each a little quieter; left and right of the middle
    private static void Balance(List<Part> parts)
    {
        int harmonies = parts.Count(part => part.Role == PlayerRole.Harmony);
        int side = 0;
        foreach (var part in parts)
        {
            part.Volume = part.Role switch
            {
                PlayerRole.Bass => 96,
                PlayerRole.Drums => 108,
                _ => Math.Max(66, 86 - 3 * harmonies),
            };
            if (part.Role == PlayerRole.Drums && part.Notes.Count > 0 && part.Notes.Average(note => note.Velocity) is var loud and < 72)
                for (int i = 0; i < part.Notes.Count; i++)
                    part.Notes[i] = part.Notes[i] with
                    {
                        Velocity = Math.Clamp((int)(part.Notes[i].Velocity * Math.Min(1.5, 72 / loud)), 1, 120),
                    };
            if (part.Role == PlayerRole.Harmony)
                part.Pan = 64 + (side++ % 2 == 0 ? -1 : 1) * Math.Min(40, 12 + 8 * (side / 2));
        }
    }

    private static void AddCompany(
        List<Part> parts,
        List<MelodyNote> melody,
        LeadSheet sheet,
        MelodyStyle style,
        int lead,
        Colour? colour,
        SeededRandom random
    )
    {
        int other = colour is not null
            ? random.Pick(colour.Harmony)
            : random.Pick([lead, StringEnsemble1, Flute, FrenchHorn, Clarinet, Vibraphone, ElectricPiano1, Violin]);
        var (low, high) = InstrumentRanges.Of(other);
        if (random.Chance(0.12)) // in octaves or in unison with another colour
        {
            int shift =
                melody.Average(note => note.Pitch) > (low + high) / 2.0 + 6 ? -12
                : melody.Average(note => note.Pitch) < (low + high) / 2.0 - 6 ? 12
                : other == lead ? -12
                : 0;
            parts.Add(MelodyParts.Play(melody, sheet, style, other, PlayerRole.Melody, 92, shift, 0.85));
        }
        else if (random.Chance(0.14))
            parts.Add(
                MelodyParts.Play(
                    MelodyParts.Below(melody, sheet, Math.Min(low, style.Low), style.High),
                    sheet,
                    style,
                    other,
                    PlayerRole.Counter,
                    90
                )
            );
        else if (random.Chance(0.15))
            parts.Add(
                MelodyParts.Play(
                    MelodyParts.GuideTones(sheet, 55, 74, 62),
                    sheet,
                    style with
                    {
                        Articulation = 1,
                        Swing = false,
                    },
                    random.Pick([StringEnsemble1, StringEnsemble2, FrenchHorn, WarmPad]),
                    PlayerRole.Counter,
                    80
                )
            );
    }
}
