using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Tests.Corpus.Description;

public sealed class PieceDescriberTests
{
    // Ten bars of 4/4 at 120 bpm (two seconds each): a flute plays one half note a bar for five bars, a piano holds C major
    // for five bars and A minor for five, drums enter with bar six.
    private static readonly ComposedPiece Piece = new()
    {
        Id = "p000001",
        Seed = 9,
        TuneId = "p000001",
        Split = DatasetSplit.Train,
        Kind = PieceKind.Ensemble,
        Style = "flute and piano duo",
        EnsembleName = "flute and piano duo",
        Grooves = ["BossaNova", "BossaNovaFill"],
        Family = GenreFamily.Of(Genre.Folk),
        Sources = [Composer.OwnSource],
        Song = new MidiSong
        {
            Tempos = [TempoChange.FromBeatsPerMinute(0, 120)],
            TimeSignatures = [new(0, 4, 4)],
            Tracks =
            [
                new MidiTrack
                {
                    Channel = 0,
                    Programs = [new(0, 73)],
                    Notes = [.. Enumerable.Range(0, 5).Select(bar => new MidiNote(bar * 1920, 960, 72, 90))],
                },
                new MidiTrack
                {
                    Channel = 1,
                    Programs = [new(0, 0)],
                    Notes =
                    [
                        new(0, 9600, 48, 60),
                        new(0, 9600, 64, 60),
                        new(0, 9600, 67, 60),
                        new(9600, 9600, 45, 60),
                        new(9600, 9600, 60, 60),
                        new(9600, 9600, 64, 60),
                    ],
                },
                new MidiTrack
                {
                    Channel = 9,
                    Notes = [.. Enumerable.Range(0, 20).Select(beat => new MidiNote(9600 + beat * 480, 60, 36, 100))],
                },
            ],
        },
        Roles = [PlayerRole.Melody, PlayerRole.Harmony, PlayerRole.Drums],
        Bpm = 120,
        Metre = new(4, 4),
        Key = new MusicalKey(0, Mode.Major),
        Chords = [new(0, 9600, new Chord(0, ChordQuality.Major)), new(9600, 9600, new Chord(9, ChordQuality.Minor))],
        Sections =
        [
            new(SectionName.A, 0, 9600, 5, new MusicalKey(0, Mode.Major)),
            new(SectionName.B, 9600, 19200, 5, new MusicalKey(9, Mode.Minor)),
        ],
        Melody = [],
    };

    [Fact]
    public void WindowsHoldExactlyWhatSounds()
    {
        var windows = new PieceDescriber(Piece, ["hall reverb"]).Windows();
        Assert.Equal(2, windows.Count);
        var (first, second) = (windows[0], windows[1]);
        Assert.Equal((120.0, "4/4", "C major", "major", "A"), (first.Bpm, first.TimeSignature, first.Key, first.Mode, first.Section));
        Assert.Equal((120.0, "4/4", "A minor", "minor", "B"), (second.Bpm, second.TimeSignature, second.Key, second.Mode, second.Section));
        Assert.Equal([(0, 1.0), (73, 0.5)], first.Instruments.Select(instrument => (instrument.Program, instrument.Share)));
        // twenty strokes of a tenth of a second
        Assert.Equal(
            [(0, 1.0), (Instrument.DrumKit, 0.2)],
            second.Instruments.Select(instrument => (instrument.Program, instrument.Share))
        );
        Assert.Equal((false, true), (first.Drums, second.Drums));
        Assert.Equal([new ChordRecord(0, 10, "C")], first.Chords);
        Assert.Equal([new ChordRecord(0, 10, "Am")], second.Chords);
        Assert.Equal(0.8, first.Density); // five flute and three piano notes
        Assert.Equal(2.3, second.Density);
        Assert.Equal((5 * 90 + 3 * 60) / 8.0, first.Loudness, 0.06);
        Assert.Equal((48 + 64 + 67 + 0.5 * 72) / 3.5, first.Register, 0.06);
        Assert.Equal(Enumerable.Range(0, 20).Select(beat => beat * 0.5), first.Beats);
        Assert.Equal([0, 2, 4, 6, 8], second.Downbeats);
        Assert.Equal(8, first.Notes.Count);
        Assert.Contains(new NoteEvent(2, 1, 72, 73, 90), first.Notes);
    }

    [Fact]
    public void NotesAndChordsAreCutAtTheEdges()
    {
        var window = new PieceDescriber(Piece, []).Window(0, 9, 2);
        Assert.Equal([new ChordRecord(0, 1, "C"), new ChordRecord(1, 2, "Am")], window.Chords);
        Assert.Contains(new NoteEvent(0, 1, 48, 0, 60), window.Notes);
        Assert.Contains(new NoteEvent(1, 1, 45, 0, 60), window.Notes);
        Assert.All(window.Notes, note => Assert.InRange(note.Start + note.Length, 0, 2));
    }

    [Fact]
    public void RecordsSurviveJson()
    {
        var describer = new PieceDescriber(Piece, ["lo-fi"]);
        var window = describer.Windows()[1];
        var line = CorpusJson.Line(window);
        Assert.DoesNotContain('\n', line);
        Assert.Contains("\"pieceId\":\"p000001\"", line, StringComparison.Ordinal);
        Assert.Contains("[0,5,", CorpusJson.Line(new NoteEvent(0, 5, 60, 0, 80)), StringComparison.Ordinal);
        Assert.Equal(["BossaNova", "BossaNovaFill"], CorpusJson.Parse<PieceRecord>(CorpusJson.Line(describer.Piece())).Grooves);
        Assert.Equal(line, CorpusJson.Line(CorpusJson.Parse<WindowRecord>(line)));
        Assert.Equal(
            CorpusJson.Line(describer.Piece()),
            CorpusJson.Line(CorpusJson.Parse<PieceRecord>(CorpusJson.Line(describer.Piece())))
        );
    }

    [Theory]
    [InlineData("minor", 60, 50, 1, "sad", 45, 1.0, false)]
    [InlineData("major", 60, 64, 1, "peaceful", 45, 2.0, false)]
    [InlineData("major", 150, 68, 0.8, "joyful", 95, 10.0, true)]
    [InlineData("minor", 90, 52, 0.8, "intense", 105, 12.0, true)]
    public void MoodsFollowTheRules(
        string mode,
        double bpm,
        double register,
        double articulation,
        string group,
        double loudness,
        double density,
        bool drums
    ) =>
        Assert.Equal(
            group,
            MoodRules.Group(MoodRules.Energy(loudness, density, bpm, drums), MoodRules.Valence(mode, bpm, register, articulation))
        );

    [Fact]
    public void EnergyIsTheStatedSum()
    {
        Assert.Equal(0.30 * 0.5 + 0.25 * 0.5 + 0.30 * 0.5 + 0.15, MoodRules.Energy(75, 7, 115, true), 9);
        Assert.Equal(0.30 * 0.5 + 0.25 * 0.5 + 0.30 * 0.5 + 0.15 - 0.12, MoodRules.Energy(75, 7, 115, true, Genre.Lullaby), 9);
        Assert.Equal(0.30 * 0.5 + 0.25 * 0.5 + 0.30 * 0.5 + 0.15 + 0.08, MoodRules.Energy(75, 7, 115, true, Genre.Punk), 9);
        Assert.Equal(0, MoodRules.Energy(20, 0, 40, false), 9);
        Assert.Equal(1, MoodRules.Energy(127, 40, 220, true), 9);
    }
}
