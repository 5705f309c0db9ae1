using CsCheck;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Tests.Corpus.Composition;

public sealed class MelodyWriterTests
{
    private static readonly Metre[] Metres = [new(4, 4), new(3, 4), new(6, 8), new(5, 4), new(12, 8), new(2, 4)];

    [Fact]
    public void MelodiesKeepRangeKeyAndOrder() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 5], Gen.Enum<HarmonyStyle>(), Gen.Enum<Mode>())
            .Sample(
                (seed, metre, style, mode) =>
                {
                    var (sheet, melody, range) = Write(seed, Metres[metre], style, mode);
                    Assert.True(melody.Count > 8);
                    for (var i = 0; i < melody.Count; i++)
                    {
                        var note = melody[i];
                        Assert.InRange(note.Pitch, range.Low, range.High);
                        Assert.InRange(note.Velocity, 1, 127);
                        var (chord, key) = (sheet.ChordAt(note.Start).Chord, sheet.KeyAt(note.Start));
                        // A note outside chord and key is a chromatic neighbour: the next note lies a semitone away.
                        Assert.True(
                            chord.Contains(note.Pitch)
                                || key.Contains(note.Pitch)
                                || i + 1 < melody.Count && Math.Abs(melody[i + 1].Pitch - note.Pitch) == 1,
                            $"{note} over {chord.NameIn(key)} in {key.Name}"
                        );
                        // What leans against the chord on a strong beat resolves by step into it.
                        if (Metres[metre].Strength(note.Start % Metres[metre].BarTicks) >= 2 && !chord.Contains(note.Pitch))
                        {
                            Assert.InRange(Math.Abs(melody[i + 1].Pitch - note.Pitch), 1, 2);
                            Assert.True(chord.Contains(melody[i + 1].Pitch), $"{note} over {chord.NameIn(key)} goes to {melody[i + 1]}");
                        }
                        if (i > 0)
                            Assert.True(note.Start >= melody[i - 1].Start + melody[i - 1].Length, $"{melody[i - 1]} overlaps {note}");
                    }
                    Assert.True(melody[^1].Start + melody[^1].Length <= sheet.TotalTicks);
                    Assert.Equal(sheet.Sections[^1].Key.Tonic, melody[^1].Pitch % 12);
                },
                iter: 300
            );

    [Fact]
    public void StrongBeatsAreMostlyChordTonesAndPhrasesComeBack()
    {
        var measures = new SanityMeasures();
        for (ulong seed = 0; seed < 40; seed++)
        {
            var (sheet, melody, _) = Write(seed, new Metre(4, 4), HarmonyStyle.Pop, Mode.Major);
            measures.Add(Piece(sheet, melody));
        }
        Assert.Equal(40, measures.Pieces);
        Assert.InRange(measures.StrongBeatChordTones, 0.76, 0.9); // real scores: 0.85 of 300 excerpts
        Assert.InRange(measures.InKey, 0.9, 0.99);
        Assert.InRange(measures.Repetition, 0.2, 0.6);
        Assert.InRange(measures.Steps, 0.4, 0.6);
        Assert.InRange(measures.WideLeaps, 0, 0.1);
    }

    // Counted by hand: one note a beat, so the first and third of each four stand on strong beats.
    [Fact]
    public void MeasuresCountWhatTheyName()
    {
        int[] pitches = [60, 64, 67, 72, 60, 64, 67, 71];
        var melody = pitches.Select((pitch, i) => new MelodyNote(i * 480, 480, pitch, 80)).ToList();
        var sheet = new LeadSheet(
            new Metre(4, 4),
            120,
            HarmonyStyle.Pop,
            [new Section(SectionName.A, new MusicalKey(0, Mode.Major), RomanNumerals.Parse("I|V", new MusicalKey(0, Mode.Major)))]
        );
        var measures = new SanityMeasures();
        measures.Add(Piece(sheet, melody));
        // Strong: C and G over C major, C and G over G major (C does not belong).
        Assert.Equal(0.75, measures.StrongBeatChordTones, 9);
        Assert.Equal(1, measures.InKey, 9);
        Assert.Equal(0, measures.Repetition, 9); // 4 3 5, 3 5 -12, 5 -12 4, -12 4 3, 4 3 4: none twice
        Assert.Equal(3 / 7.0, measures.Intervals[4], 9); // C-E twice, G-B once
        Assert.Equal(1 / 7.0, measures.Intervals[12], 9);
    }

    private static (LeadSheet Sheet, List<MelodyNote> Melody, (int Low, int High) Range) Write(
        ulong seed,
        Metre metre,
        HarmonyStyle style,
        Mode mode
    )
    {
        var random = new SeededRandom(seed);
        var sheet = SongForm.Build(random, new MusicalKey(random.Below(12), mode), metre, random.Between(60, 160), style, 40);
        var melodyStyle = new MelodyStyle(60, 84, random.NextDouble(), random.NextDouble() * 0.7, 0.9, false, 85);
        return (sheet, new MelodyWriter(SeededRandom.For(seed, "melody"), melodyStyle).Write(sheet, withIntro: true), (60, 84));
    }

    private static ComposedPiece Piece(LeadSheet sheet, IReadOnlyList<MelodyNote> melody) =>
        new()
        {
            Id = "p",
            Seed = 0,
            TuneId = "p",
            Split = DatasetSplit.Train,
            Kind = PieceKind.Solo,
            Style = "s",
            Family = GenreFamily.Of(Genre.Pop),
            Sources = [],
            Song = new(),
            Roles = [],
            Bpm = sheet.Bpm,
            Metre = sheet.Metre,
            Key = sheet.Sections[0].Key,
            Chords = sheet.Chords,
            Sections = EnsembleArranger.Spans(sheet),
            Melody = melody,
        };
}
