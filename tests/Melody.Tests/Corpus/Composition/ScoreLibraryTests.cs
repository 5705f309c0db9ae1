using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using Melody.Tests.Corpus.Midi;

namespace Melody.Tests.Corpus.Composition;

public sealed class ScoreLibraryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("melody-scores-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Composed tunes behave like those of the real scores, by the same measures.</summary>
    [Fact]
    public void ComposedTunesAreLikeThoseOfTheScores()
    {
        Assert.SkipWhen(SharedCorpus.Folder is null, "The collection of scores is not here");
        var options = new CompositionOptions
        {
            Seed = 1,
            UseMma = false,
            ScoreFolder = SharedCorpus.Folder,
        };
        var (library, composer) = (ScoreLibrary.Open(SharedCorpus.Folder!, 1), new Composer(options));
        var (real, composed) = (new SanityMeasures(), new SanityMeasures());
        for (var i = 0; i < 150; i++)
            real.Add(library.Arrange(SeededRandom.Derive(1, (ulong)i), "p", i, options));
        for (var i = 0; i < 100; i++)
            if (composer.Compose(i) is { Kind: not PieceKind.Score } piece)
                composed.Add(piece);
        Assert.True(composed.Pieces > 60 && real.Pieces > 120);
        Assert.Equal(real.StrongBeatChordTones, composed.StrongBeatChordTones, 0.06);
        Assert.Equal(real.InKey, composed.InKey, 0.12);
        Assert.Equal(real.Repetition, composed.Repetition, 0.1);
        Assert.Equal(real.Steps, composed.Steps, 0.06);
        Assert.Equal(real.WideLeaps, composed.WideLeaps, 0.04);
        for (var semitones = 0; semitones <= 12; semitones++)
            Assert.Equal(real.Intervals[semitones], composed.Intervals[semitones], 0.06);
    }

    [Fact]
    public void ATransposedScoreKeepsItsIntervalsAndMovesItsKey()
    {
        Score("a.mid", "G major", "Somebody, \"Jr\"");
        var shifts = new HashSet<int>();
        for (ulong seed = 1; seed < 12; seed++)
        {
            var options = new CompositionOptions
            {
                Seed = seed,
                UseMma = false,
                PieceSeconds = 12,
                ScoreFolder = _folder.FullName,
            };
            var piece = ScoreLibrary.Open(_folder.FullName, seed).Arrange(seed, "p", 0, options);
            var melody = piece.Melody.Select(note => note.Pitch).ToArray();
            var shift = melody[0] - 67;
            Assert.Equal(Tune.Select(pitch => pitch + shift), melody);
            Assert.Equal(new MusicalKey(((7 + shift) % 12 + 12) % 12, Mode.Major), piece.Key);
            Assert.Equal("3/4", piece.Metre.ToString());
            // Whatever plays, the tune's pitch classes are those of the transposed score.
            var lead = piece.Song.Tracks[piece.Roles.ToList().IndexOf(PlayerRole.Melody)];
            Assert.Equal(
                melody.Select(pitch => pitch % 12),
                lead.Notes.GroupBy(note => note.Start).Select(group => group.Max(note => note.Pitch) % 12)
            );
            Assert.Equal(60e6 / piece.Song.Tempos[0].MicrosecondsPerQuarter, piece.Bpm, 0.01);
            Assert.InRange(piece.Bpm, 100 * 0.84, 100 * 1.21);
            Assert.Contains(piece.Sources, source =>
                source.Licence == "CC0-1.0" && source.Name.Contains("Somebody, \"Jr\"", StringComparison.Ordinal)
            );
            shifts.Add(shift);
        }
        Assert.True(shifts.Count > 4);
    }

    [Fact]
    public void ScoresOfOneComposerShareASplit()
    {
        for (var i = 0; i < 6; i++)
            Score($"{i}.mid", "C major", i % 2 == 0 ? "One" : "Two");
        var library = ScoreLibrary.Open(_folder.FullName, 1);
        var options = new CompositionOptions
        {
            Seed = 1,
            UseMma = false,
            ScoreFolder = _folder.FullName,
        };
        var pieces = Enumerable
            .Range(0, 12)
            .Select(i => (library.Entries[i % 6].Composer, library.Arrange((ulong)i, "p", i, options).Split))
            .Distinct()
            .ToList();
        Assert.Equal(2, pieces.Count);
    }

    [Fact]
    public void ChordsAreEstimatedFromPlainTriads()
    {
        int[][] triads =
        [
            [48, 64, 67],
            [45, 60, 64],
            [53, 57, 60],
            [43, 59, 62, 65],
        ];
        var notes = triads.SelectMany((triad, i) => triad.Select(pitch => new MidiNote(i * 1920, 1900, pitch, 80))).ToList();
        var chords = ChordEstimator.Estimate(notes, 4 * 1920, 1920, new Chord(0, ChordQuality.Major));
        Assert.Equal(["C", "Am", "F", "G7"], chords.Select(span => span.Chord.NameIn(new MusicalKey(0, Mode.Major))));
        Assert.Equal([0, 1920, 3840, 5760], chords.Select(span => span.Start));
    }

    [Fact]
    public void TheScaleOfAKeyIsFoundAgain()
    {
        for (var tonic = 0; tonic < 12; tonic++)
        {
            var weights = new double[12];
            foreach (var (degree, weight) in new[] { (0, 5.0), (2, 2), (4, 3), (5, 2), (7, 4), (9, 2), (11, 2) })
                weights[(tonic + degree) % 12] = weight;
            Assert.Equal(new MusicalKey(tonic, Mode.Major), KeyEstimator.Best(weights));
        }
    }

    [Fact]
    public void WrongFoldersAreNamed()
    {
        Assert.Contains(
            "does not exist",
            Assert.Throws<MelodyException>(() => ScoreLibrary.Open(Path.Combine(_folder.FullName, "x"), 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no MIDI scores",
            Assert.Throws<MelodyException>(() => ScoreLibrary.Open(_folder.FullName, 1)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(Path.Combine(_folder.FullName, "manifest.csv"), "path,title\na.mid,A\n");
        Assert.Contains(
            "no column 'composer'",
            Assert.Throws<MelodyException>(() => ScoreLibrary.Open(_folder.FullName, 1)).Message,
            StringComparison.Ordinal
        );
    }

    private static readonly int[] Tune = [67, 71, 74, 72, 69, 66, 67, 69, 71, 74, 72, 71, 69, 67, 66, 64, 62, 66, 67, 67, 71, 69, 66, 67];

    // A tune in 3/4 at 100 bpm over a drone of fifths.
    private void Score(string name, string key, string composer)
    {
        var song = new MidiSong
        {
            Tempos = [TempoChange.FromBeatsPerMinute(0, 100)],
            TimeSignatures = [new(0, 3, 4)],
            Tracks =
            [
                new MidiTrack
                {
                    Channel = 0,
                    Programs = [new(0, 52)],
                    Notes = [.. Tune.Select((pitch, i) => new MidiNote(i * 480, 450, pitch, 80))],
                },
                new MidiTrack
                {
                    Channel = 1,
                    Programs = [new(0, 0)],
                    Notes =
                    [
                        .. Enumerable
                            .Range(0, 8)
                            .SelectMany(bar => new[] { new MidiNote(bar * 1440, 1400, 43, 60), new MidiNote(bar * 1440, 1400, 50, 60) }),
                    ],
                },
            ],
        };
        MidiWriter.Write(song, Path.Combine(_folder.FullName, name));
        var manifest = Path.Combine(_folder.FullName, "manifest.csv");
        if (!File.Exists(manifest))
            File.WriteAllText(manifest, "path,title,composer,collection,licence,source_path,key\n");
        File.AppendAllText(
            manifest,
            $"{name},Air,\"{composer.Replace("\"", "\"\"", StringComparison.Ordinal)}\",lieder,CC0-1.0,{name},{key}\n"
        );
    }
}
