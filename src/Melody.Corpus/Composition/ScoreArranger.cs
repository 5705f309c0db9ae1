using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;

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
        ("voice and piano", 52, 0),
        ("flute and guitar", 73, 24),
        ("violin and piano", 40, 0),
        ("clarinet and harp", 71, 46),
        ("oboe and harpsichord", 68, 6),
        ("saxophone and electric piano", 65, 4),
        ("trumpet and organ", 56, 19),
        ("music box", 10, 8),
        ("chiptune", 80, 81),
        ("solo piano", 0, 0),
        ("flute and harp", 73, 46),
        ("accordion and guitar", 21, 24),
        ("strings", 40, 48),
        ("cello and piano", 42, 0),
        ("marimba and vibraphone", 11, 12),
        ("synth lead and synth keys", 81, 90),
        ("horn and strings", 60, 48),
        ("whistle and harp", 78, 46),
        ("electric guitar and electric piano", 27, 5),
        ("choir and organ", 52, 19),
    ];

    private static readonly (string Name, int[] Programs)[] Quartets =
    [
        ("string quartet", [40, 40, 41, 42]),
        ("woodwind quartet", [73, 68, 71, 70]),
        ("brass quartet", [56, 56, 60, 57]),
        ("saxophone quartet", [64, 65, 66, 67]),
        ("string orchestra", [48, 48, 48, 43]),
        ("synth quartet", [81, 81, 90, 38]),
        ("choir", [52, 52, 53, 52]),
        ("marimba quartet", [12, 12, 12, 12]),
        ("clarinets and bassoon", [71, 71, 71, 70]),
        ("chiptune quartet", [80, 81, 80, 38]),
    ];

    /// <summary>A piece from the score at a path.</summary>
    public ComposedPiece Arrange(string path, ScoreEntry entry)
    {
        var random = SeededRandom.For(seed, "plan");
        var score = MidiReader.Read(path);
        var excerpt = ScoreExcerpt.Take(score, random, options.PieceSeconds * random.Between(0.9, 1.3));
        var home = entry.Key ?? KeyEstimator.Best(excerpt.Weights());
        var shift = random.Between(-5, 6);
        var key = home.Transpose(shift);
        var bpm = Math.Clamp(Math.Round(excerpt.Bpm * random.Between(0.85, 1.2)), 50, 200);
        var tuneId = "score:" + entry.SourcePath;
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
            Split = "train",
            Kind = "score",
            Style = name,
            EnsembleName = name,
            Family = GenreFamily.Named(
                name.Contains("chiptune", StringComparison.Ordinal) ? "chiptune"
                : entry.Collection == "quartets" ? "classical"
                : "romantic"
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
            Sections = [new("A", 0, excerpt.EndTick, excerpt.EndTick / metre.BarTicks, key)],
            Melody = [.. excerpt.Tune(shift)],
        };
        return Named(piece, entry, tuneId, sources);
    }

    private static ComposedPiece Named(ComposedPiece piece, ScoreEntry entry, string tuneId, IReadOnlyList<SourceRecord> sources) =>
        piece with
        {
            Kind = "score",
            TuneId = tuneId,
            Split = Composer.SplitOf("composer:" + entry.Composer),
            Sources = sources,
            ChordsAreEstimated = true,
        };

    // The tune over a band: one estimated chord a bar, eight bars a section.
    private ComposedPiece? OverGroove(ScoreExcerpt excerpt, MusicalKey key, int shift, double bpm, SeededRandom random)
    {
        string[] families =
        [
            "ballad",
            "waltz",
            "bossa nova",
            "swing",
            "cool jazz",
            "pop",
            "soft rock",
            "folk",
            "rock",
            "new age",
            "country",
            "rumba",
            "tango",
            "march",
            "jazz waltz",
            "latin jazz",
        ];
        var styles = GrooveCatalog.Styles.Where(style => style.Metre == excerpt.Metre && families.Contains(style.Family.Name)).ToArray();
        var bars = excerpt.EndTick / excerpt.Metre.BarTicks;
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
        for (var bar = 0; bar < bars; bar += 8)
        {
            var symbols = Enumerable
                .Range(bar, Math.Min(8, bars - bar))
                .Select(b => (IReadOnlyList<Chord>)[chords.Last(span => span.Start <= b * excerpt.Metre.BarTicks).Chord])
                .ToList();
            sections.Add(new(bar / 8 % 2 == 0 ? "A" : "B", "tune", key, symbols));
        }
        var tempo = Math.Clamp(bpm, Math.Max(50, style.Family.SlowBpm * 0.8), style.Family.FastBpm * 1.1);
        var sheet = new LeadSheet(excerpt.Metre, Math.Round(tempo), style.Family.Harmony, sections);
        return new BandArranger(seed, 0, id, options).Arrange(style, sheet, random, [.. excerpt.Tune(shift)]);
    }

    private static (string Name, List<Part> Parts) Orchestrate(ScoreExcerpt excerpt, int shift, SeededRandom random)
    {
        var tracks = excerpt.Tracks;
        var tune = excerpt.TuneTrack;
        var isQuartet = tracks.Count == 4;
        var quartet = random.Pick(Quartets, choice => choice.Name == "string quartet" ? 6 : 1);
        var pair =
            tracks.Count == 1
                ? Pairs.First(p => p.Name == "solo piano")
                : random.Pick(Pairs, choice => choice.Lead == 52 && choice.Others == 0 ? 3 : 1);
        var parts = new List<Part>();
        for (var i = 0; i < tracks.Count; i++)
        {
            var program =
                isQuartet ? quartet.Programs[i]
                : i == tune ? pair.Lead
                : pair.Others;
            var isBass = isQuartet && i == 3;
            var part = new Part(
                i == tune ? Role.Melody
                    : isBass ? Role.Bass
                    : isQuartet ? Role.Counter
                    : Role.Harmony,
                program
            )
            {
                Volume =
                    i == tune ? 116
                    : isQuartet ? 94
                    : 78,
                Pan = isQuartet ? 40 + 16 * i : 64,
            };
            var octave = i == tune || isQuartet ? OctaveFor(program, tracks[i], shift) : 0;
            var (low, high) = InstrumentRanges.Of(program);
            foreach (var note in tracks[i])
            {
                var pitch = note.Pitch + shift + octave;
                if (octave != 0 || i == tune)
                    pitch =
                        pitch < low - 5 ? pitch + 12
                        : pitch > high + 5 ? pitch - 12
                        : pitch;
                part.Add((int)note.Start, (int)note.Length, pitch, note.Velocity);
            }
            parts.Add(part);
        }
        var name = isQuartet ? quartet.Name : pair.Name;
        return (tracks.Count is 2 or 4 || tracks.Count == 1 ? name : "chamber ensemble", parts);
    }

    private static int OctaveFor(int program, IReadOnlyList<MidiNote> notes, int shift)
    {
        if (notes.Count == 0)
            return 0;
        var (low, high) = InstrumentRanges.Of(program);
        var mean = notes.Average(note => note.Pitch) + shift;
        return (int)Math.Round(((low + high) / 2.0 - mean) / 12) * 12;
    }
}
