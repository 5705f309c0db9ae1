using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using Melody.Tests.Corpus.Midi;

namespace Melody.Tests.Corpus.Composition;

public sealed class ComposerTests
{
    private static readonly CompositionOptions Own = new()
    {
        Seed = 5,
        UseMma = false,
        PieceSeconds = 25,
    };

    [Fact]
    public void TheSameSeedGivesTheSameBytesInAnyOrder()
    {
        var (forward, backward) = (new Composer(Own), new Composer(Own));
        var expected = Enumerable.Range(0, 12).Select(i => MidiWriter.ToBytes(forward.Compose(i).Song)).ToArray();
        for (var i = 11; i >= 0; i--)
            Assert.Equal(expected[i], MidiWriter.ToBytes(backward.Compose(i).Song));
        Assert.NotEqual(expected[1], MidiWriter.ToBytes(new Composer(Own with { Seed = 6 }).Compose(1).Song));
    }

    [Fact]
    public void FilesSayTheTempoMetreAndKeyOfThePlan()
    {
        var composer = new Composer(Own);
        for (var i = 0; i < 40; i++)
        {
            var piece = composer.Compose(i);
            var song = MidiReader.Read(MidiWriter.ToBytes(piece.Song), "piece");
            var metre = song.TimeSignatures[0];
            Assert.Equal(piece.Metre.ToString(), $"{metre.Numerator}/{metre.Denominator}");
            // A beat is a quarter, or three eighths where the metre is compound.
            var quartersPerBeat = metre.Denominator == 8 && metre.Numerator is 6 or 9 or 12 ? 1.5 : 4.0 / metre.Denominator;
            Assert.Equal(piece.Bpm, song.Tempos[0].BeatsPerMinute / quartersPerBeat, 0.01);
            Assert.InRange(piece.Bpm, 50, 200);
            if (piece.Key is { } key && key.Mode <= Mode.Minor)
                Assert.Equal((key.Tonic, key.Mode == Mode.Minor), (song.KeySignatures[0].Tonic, song.KeySignatures[0].IsMinor));
            Assert.InRange(song.LengthSeconds, 8, 80);
        }
    }

    [Fact]
    public void NoPieceIsSilentForTwoSeconds()
    {
        var composer = new Composer(Own);
        for (var i = 0; i < 60; i++)
        {
            var piece = composer.Compose(i);
            var map = piece.Song.BuildTempoMap();
            var until = 0.0;
            foreach (var note in piece.Song.Tracks.SelectMany(track => track.Notes).OrderBy(note => note.Start))
            {
                Assert.True(
                    map.SecondsAt(note.Start) - until <= 2,
                    $"{piece.Id} {piece.Style}: silent from {until:0.0} to {map.SecondsAt(note.Start):0.0} s"
                );
                until = Math.Max(until, map.SecondsAt(note.End));
            }
        }
    }

    [Fact]
    public void TunesStandOutAndNothingIsExtreme()
    {
        var composer = new Composer(Own);
        for (var i = 0; i < 60; i++)
        {
            var piece = composer.Compose(i);
            var pitched = piece.Song.Tracks.Zip(piece.Roles).Where(track => !track.First.IsDrums).ToList();
            Assert.All(pitched.SelectMany(track => track.First.Notes), note => Assert.InRange(note.Pitch, 21, 108));
            double Level(Func<PlayerRole, bool> fits) =>
                pitched
                    .Where(track => fits(track.Second))
                    .SelectMany(track => track.First.Notes.Select(note => (double)note.Velocity))
                    .DefaultIfEmpty(0)
                    .Average();
            if (piece.Melody.Count > 0 && pitched.Exists(track => track.Second == PlayerRole.Harmony))
                Assert.True(
                    Level(role => role == PlayerRole.Melody) > Level(role => role == PlayerRole.Harmony) + 5,
                    $"{piece.Id} {piece.Style}"
                );
        }
    }

    [Fact]
    public void ASmallCorpusHasManyKeysInstrumentsAndMetres()
    {
        var composer = new Composer(Own);
        var pieces = Enumerable.Range(0, 120).Select(composer.Compose).ToList();
        Assert.True(pieces.Where(piece => piece.Key?.Mode <= Mode.Minor).Select(piece => piece.Key!.Value.Name).Distinct().Count() >= 20);
        Assert.Equal(12, pieces.Where(piece => piece.Key is not null).Select(piece => piece.Key!.Value.Tonic).Distinct().Count());
        Assert.True(pieces.SelectMany(piece => piece.Song.Tracks.Select(track => track.Program)).Distinct().Count() >= 45);
        Assert.True(pieces.Select(piece => piece.Metre.ToString()).Distinct().Count() >= 5);
        Assert.Contains(pieces, piece => piece.Split == DatasetSplit.Train);
        Assert.Contains(pieces, piece => piece.Split != DatasetSplit.Train);
    }

    [Fact]
    public void OnlyTheKindsThatAreWantedAreMade()
    {
        var solos = new Composer(Own with { Kinds = [PieceKind.Solo] });
        var pieces = Enumerable.Range(0, 160).Select(solos.Compose).ToList();
        Assert.All(pieces, piece => Assert.Equal(PieceKind.Solo, piece.Kind));
        Assert.All(pieces, piece => Assert.Single(piece.Song.Tracks.Select(track => track.Program).Distinct()));
        var families = pieces
            .GroupBy(piece => Instruments.Of(piece.Song.Tracks[0].Program).Family)
            .ToDictionary(group => group.Key, group => group.Count());
        // all but drums, which alone are a kind of their own; of 160 solos an even share would be 15
        Assert.Equal(11, families.Count);
        Assert.InRange(families[InstrumentFamily.Brass], 12, 40);

        Assert.Equal(
            [PieceKind.Drums, PieceKind.Ambient],
            Enumerable
                .Range(0, 20)
                .Select(new Composer(Own with { Kinds = [PieceKind.Drums, PieceKind.Ambient] }).Compose)
                .Select(piece => piece.Kind)
                .Distinct()
                .Order()
        );
        Assert.Contains(
            "kind recording cannot be composed",
            Assert.Throws<MelodyException>(() => new Composer(Own with { Kinds = [PieceKind.Recording] })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<MelodyException>(() => new Composer(Own with { Kinds = [PieceKind.Groove] })); // without MMA
        Assert.Throws<MelodyException>(() => new Composer(Own with { Kinds = [PieceKind.Score] })); // without scores
    }

    [Fact]
    public void WithoutMmaTheErrorSaysWhatToInstall()
    {
        if (MmaAccompaniment.IsInstalled)
            Assert.Skip("MMA is installed, so its absence cannot be seen");
        Assert.Contains(
            "apt-get install mma",
            Assert.Throws<MelodyException>(() => new Composer(new CompositionOptions { Seed = 1 })).Message,
            StringComparison.Ordinal
        );
    }
}
