using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>
/// Makes a piece from a score: an excerpt that starts on a bar line and keeps one metre, at one steady tempo near the
/// score's own, transposed and given to other instruments, or its tune alone set over a groove with estimated chords.
/// </summary>
internal sealed class ScoreArranger(ulong seed, string id, CompositionOptions options)
{
    // (tune, accompaniment) for songs; the score's own is the first.
    private static readonly (string Name, int Lead, int Others)[] Pairs =
    [
        ("voice and piano", ChoirAahs, GrandPiano),
        ("flute and guitar", Flute, NylonGuitar),
        ("violin and piano", Violin, GrandPiano),
        ("clarinet and harp", Clarinet, Harp),
        ("oboe and harpsichord", Oboe, Harpsichord),
        ("saxophone and electric piano", AltoSax, ElectricPiano1),
        ("trumpet and organ", Trumpet, ChurchOrgan),
        ("music box", MusicBox, Celesta),
        ("chiptune", SquareLead, SawtoothLead),
        ("solo piano", GrandPiano, GrandPiano),
        ("flute and harp", Flute, Harp),
        ("accordion and guitar", Accordion, NylonGuitar),
        ("strings", Violin, StringEnsemble1),
        ("cello and piano", Cello, GrandPiano),
        ("marimba and vibraphone", Vibraphone, Marimba),
        ("synth lead and synth keys", SawtoothLead, PolysynthPad),
        ("horn and strings", FrenchHorn, StringEnsemble1),
        ("whistle and harp", Whistle, Harp),
        ("electric guitar and electric piano", CleanGuitar, ElectricPiano2),
        ("choir and organ", ChoirAahs, ChurchOrgan),
    ];

    private static readonly (string Name, int[] Programs)[] Quartets =
    [
        ("string quartet", [Violin, Violin, Viola, Cello]),
        ("woodwind quartet", [Flute, Oboe, Clarinet, Bassoon]),
        ("brass quartet", [Trumpet, Trumpet, FrenchHorn, Trombone]),
        ("saxophone quartet", [SopranoSax, AltoSax, TenorSax, BaritoneSax]),
        ("string orchestra", [StringEnsemble1, StringEnsemble1, StringEnsemble1, Contrabass]),
        ("synth quartet", [SawtoothLead, SawtoothLead, PolysynthPad, SynthBass1]),
        ("choir", [ChoirAahs, ChoirAahs, VoiceOohs, ChoirAahs]),
        ("marimba quartet", [Marimba, Marimba, Marimba, Marimba]),
        ("clarinets and bassoon", [Clarinet, Clarinet, Clarinet, Bassoon]),
        ("chiptune quartet", [SquareLead, SawtoothLead, SquareLead, SynthBass1]),
    ];

    /// <summary>A piece from the score at a path.</summary>
    public ComposedPiece Arrange(string path, ScoreEntry entry)
    {
        var random = SeededRandom.For(seed, "plan");
        var score = MidiReader.Read(path);
        var excerpt = ScoreExcerpt.Take(score, random, options.PieceSeconds * random.Between(0.9, 1.3));
        var home = entry.Key ?? KeyEstimator.Best(excerpt.Weights());
        int shift = random.Between(-5, 6);
        var key = home.Transpose(shift);
        double bpm = Math.Clamp(Math.Round(excerpt.Bpm * random.Between(0.85, 1.2)), 50, 200);
        string tuneId = "score:" + entry.SourcePath;
        var sources = new List<SourceRecord>
        {
            new($"{entry.Title} ({entry.Composer}), {entry.Collection}", entry.Licence, entry.SourcePath),
            Composer.OwnSource,
        };

        if (options.UseMma && random.Chance(0.35) && OverGroove(excerpt, key, shift, bpm, random) is { } band)
            return Named(band, entry, tuneId, [.. sources, .. band.Sources.Skip(1)]);

        var (name, parts) = Orchestrate(excerpt, shift, random);
        var chords = ChordEstimator.Estimate(
            [.. parts.SelectMany(part => part.Notes)],
            excerpt.EndTick,
            excerpt.ChordUnit,
            new Chord(key.Tonic, key.IsMinor ? ChordQuality.Minor : ChordQuality.Major)
        );
        var (tracks, roles) = SongAssembly.Tracks(parts);
        var metre = excerpt.Metre;
        var song = new MidiSong
        {
            Title = entry.Title,
            TicksPerQuarter = MetreTicks.PerQuarter,
            Tracks = tracks,
            Tempos = [TempoChange.FromBeatsPerMinute(0, metre.QuartersPerMinute(bpm))],
            TimeSignatures = [new(0, metre.Numerator, metre.Denominator)],
            KeySignatures = [new(0, key.Sharps, key.Mode == Mode.Minor)],
        };
        var piece = new ComposedPiece
        {
            Id = id,
            Seed = seed,
            TuneId = tuneId,
            Split = DatasetSplit.Train,
            Kind = PieceKind.Score,
            Style = name,
            EnsembleName = name,
            Family = GenreFamily.Of(
                name.Contains("chiptune", StringComparison.Ordinal) ? Genre.Chiptune
                : entry.Collection == "quartets" ? Genre.Classical
                : Genre.Romantic
            ),
            Colour =
                name.Contains("chiptune", StringComparison.Ordinal) ? "chiptune"
                : name == "music box" ? name
                : null,
            Sources = sources,
            Song = song,
            Roles = roles,
            Bpm = bpm,
            Metre = metre,
            Key = key,
            Chords = chords,
            ChordsAreEstimated = true,
            Sections = [new(SectionName.A, 0, excerpt.EndTick, excerpt.EndTick / metre.BarTicks, key)],
            Melody = [.. excerpt.Tune(shift)],
        };
        return Named(piece, entry, tuneId, sources);
    }

    private static ComposedPiece Named(ComposedPiece piece, ScoreEntry entry, string tuneId, IReadOnlyList<SourceRecord> sources) =>
        piece with
        {
            Kind = PieceKind.Score,
            TuneId = tuneId,
            Split = Composer.SplitOf("composer:" + entry.Composer),
            Sources = sources,
            ChordsAreEstimated = true,
        };

    // the tune over a band: one estimated chord a bar, eight bars a section
    private ComposedPiece? OverGroove(ScoreExcerpt excerpt, MusicalKey key, int shift, double bpm, SeededRandom random)
    {
        Genre[] families =
        [
            Genre.Ballad,
            Genre.Waltz,
            Genre.BossaNova,
            Genre.Swing,
            Genre.CoolJazz,
            Genre.Pop,
            Genre.SoftRock,
            Genre.Folk,
            Genre.Rock,
            Genre.NewAge,
            Genre.Country,
            Genre.Rumba,
            Genre.Tango,
            Genre.March,
            Genre.JazzWaltz,
            Genre.LatinJazz,
        ];
        var styles = GrooveCatalog.Styles.Where(style => style.Metre == excerpt.Metre && families.Contains(style.Family.Genre)).ToArray();
        int bars = excerpt.EndTick / excerpt.Metre.BarTicks;
        if (styles.Length == 0 || bars < 8 || excerpt.TuneShare < 0.55)
            return null;
        var style = random.Pick(styles);
        var transposed = excerpt.AllNotes.Select(note => note with { Pitch = Math.Clamp(note.Pitch + shift, 0, 127) }).ToArray();
        var chords = ChordEstimator.Estimate(
            transposed,
            excerpt.EndTick,
            excerpt.Metre.BarTicks,
            new Chord(key.Tonic, key.IsMinor ? ChordQuality.Minor : ChordQuality.Major)
        );
        var sections = new List<Section>();
        for (int bar = 0; bar < bars; bar += 8)
        {
            var symbols = Enumerable
                .Range(bar, Math.Min(8, bars - bar))
                .Select(b => (IReadOnlyList<Chord>)[chords.Last(span => span.Start <= b * excerpt.Metre.BarTicks).Chord])
                .ToList();
            sections.Add(new(bar / 8 % 2 == 0 ? SectionName.A : SectionName.B, key, symbols));
        }
        double tempo = Math.Clamp(bpm, Math.Max(50, style.Family.SlowBpm * 0.8), style.Family.FastBpm * 1.1);
        var sheet = new LeadSheet(excerpt.Metre, Math.Round(tempo), style.Family.Harmony, sections);
        return new BandArranger(seed, 0, id, options).Arrange(style, sheet, random, [.. excerpt.Tune(shift)]);
    }

    private static (string Name, List<Part> Parts) Orchestrate(ScoreExcerpt excerpt, int shift, SeededRandom random)
    {
        var tracks = excerpt.Tracks;
        int tune = excerpt.TuneTrack;
        bool isQuartet = tracks.Count == 4;
        var quartet = random.Pick(Quartets, choice => choice.Name == "string quartet" ? 6 : 1);
        var pair =
            tracks.Count == 1
                ? Pairs.First(p => p.Name == "solo piano")
                : random.Pick(Pairs, choice => choice.Lead == ChoirAahs && choice.Others == GrandPiano ? 3 : 1);
        var parts = new List<Part>();
        for (int i = 0; i < tracks.Count; i++)
        {
            int program =
                isQuartet ? quartet.Programs[i]
                : i == tune ? pair.Lead
                : pair.Others;
            bool isBass = isQuartet && i == 3;
            var part = new Part(
                i == tune ? PlayerRole.Melody
                    : isBass ? PlayerRole.Bass
                    : isQuartet ? PlayerRole.Counter
                    : PlayerRole.Harmony,
                program
            )
            {
                Volume =
                    i == tune ? 116
                    : isQuartet ? 94
                    : 78,
                Pan = isQuartet ? 40 + 16 * i : 64,
            };
            int octave = i == tune || isQuartet ? OctaveFor(program, tracks[i], shift) : 0;
            var (low, high) = InstrumentRanges.Of(program);
            foreach (var note in tracks[i])
            {
                int pitch = note.Pitch + shift + octave;
                if (octave != 0 || i == tune)
                    pitch =
                        pitch < low - 5 ? pitch + 12
                        : pitch > high + 5 ? pitch - 12
                        : pitch;
                part.Add((int)note.Start, (int)note.Length, pitch, note.Velocity);
            }
            parts.Add(part);
        }
        string name = isQuartet ? quartet.Name : pair.Name;
        return (tracks.Count is 2 or 4 || tracks.Count == 1 ? name : "chamber ensemble", parts);
    }

    private static int OctaveFor(int program, IReadOnlyList<MidiNote> notes, int shift)
    {
        if (notes.Count == 0)
            return 0;
        var (low, high) = InstrumentRanges.Of(program);
        double mean = notes.Average(note => note.Pitch) + shift;
        return (int)Math.Round(((low + high) / 2.0 - mean) / 12) * 12;
    }
}
