using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Mixing;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Tests.Corpus.Mixing;

/// <summary>How songs are laid out for the mix and where their players are put, over many composed pieces.</summary>
public sealed class SessionTests
{
    private static readonly Lazy<IReadOnlyList<ComposedPiece>> Pieces = new(() =>
    {
        var options = new CompositionOptions
        {
            Seed = 11,
            UseMma = false,
            PieceSeconds = 14,
        };
        var composer = new Composer(options);
        var trio = Ensemble.All.First(ensemble => ensemble.Name == "power trio");
        return
        [
            .. Enumerable.Range(0, 50).Select(composer.Compose),
            .. Enumerable.Range(0, 8).Select(i => new EnsembleArranger((ulong)i, i, $"trio {i}", options).Compose(trio)),
        ];
    });

    private static Session Create(ComposedPiece piece) => Session.Create(piece.Song, piece.Roles, SeededRandom.For(piece.Seed, "takes"));

    private static List<(Player Player, PartMix Mix)> Draw(Session session, ulong seed, ProductionSettings? production = null) =>
        [.. session.Players.Zip(new MixDraw(SeededRandom.For(seed, "mix"), production ?? new()).Draw(session.Players))];

    [Fact]
    public void Every_note_is_played_once_and_second_takes_follow_within_fifteen_milliseconds()
    {
        var doubled = 0;
        foreach (var piece in Pieces.Value)
        {
            var session = Create(piece);
            Assert.Equal(session.Players.Count, session.Players.Select(player => player.Channel).Distinct().Count());
            var second = session.Players.Where(player => player.Take == 2).Select(player => player.Channel).ToHashSet();
            var played = session.Song.Tracks.Where(track => !second.Contains(track.Channel)).SelectMany(track => track.Notes);
            var written = piece.Song.Tracks.SelectMany(track => track.Notes);
            Assert.Equal(written.OrderBy(Key), played.OrderBy(Key));
            Assert.DoesNotContain(session.Song.Tracks, track => track.Controls.Any(control => control.Controller == MidiController.Pan));
            var map = piece.Song.BuildTempoMap();
            foreach (var take in session.Players.Where(player => player.Take == 2))
            {
                doubled++;
                var first = session.Players.Single(player => player.Take == 1 && player.Part == take.Part);
                var a = session.Song.Tracks.Single(track => track.Channel == first.Channel).Notes.OrderBy(Key).ToList();
                var b = session.Song.Tracks.Single(track => track.Channel == take.Channel).Notes.ToList();
                Assert.Equal(a.Count, b.Count);
                Assert.All(b, note =>
                    Assert.Contains(a, other =>
                        other.Pitch == note.Pitch && map.SecondsAt(note.Start) - map.SecondsAt(other.Start) is >= 0 and < 0.015
                    )
                );
            }
        }
        Assert.True(doubled > 0);

        static (long, int, long, int) Key(MidiNote note) => (note.Start, note.Pitch, note.Length, note.Velocity);
    }

    [Fact]
    public void Bass_bass_drum_and_lead_are_near_the_middle_and_levels_move_little()
    {
        var wide = 0;
        foreach (var piece in Pieces.Value)
        {
            var mixes = Draw(Create(piece), piece.Seed);
            var isBand = mixes.Exists(part => part.Player.IsDrums);
            foreach (var (player, mix) in mixes)
            {
                Assert.InRange(mix.Pan, -0.9, 0.9);
                Assert.InRange(mix.GainDecibels, player.Take > 0 ? -3 : -1.5, 1.5);
                if (player.IsDrums || isBand && player.Role == PlayerRole.Bass)
                    Assert.InRange(mix.Pan, -0.1, 0.1);
                if (player.IsKick || player.Role == PlayerRole.Bass)
                    Assert.Equal(0, mix.LowCutHertz);
                else if (!player.IsDrums)
                    Assert.True(mix.LowCutHertz <= 0.75 * player.LowestHertz);
                wide += Math.Abs(mix.Pan) > 0.2 ? 1 : 0;
            }
            // Both takes together, or two sides of a band: nothing leans far to one side.
            if (isBand)
                Assert.InRange(mixes.Sum(part => part.Mix.Pan), -1.2, 1.2);
        }
        Assert.True(wide > 40, $"{wide}");
    }

    [Fact]
    public void One_instrument_has_one_place()
    {
        var seen = 0;
        foreach (var piece in Pieces.Value.Where(piece => piece.Kind == PieceKind.Solo))
        {
            var mixes = Draw(Create(piece), piece.Seed).Where(part => !part.Player.IsDrums && part.Player.Program < 24).ToList();
            if (mixes.Count < 2 || mixes.Select(part => part.Player.Program).Distinct().Count() > 1)
                continue;
            seen++;
            Assert.Single(mixes.Select(part => (part.Mix.Pan, part.Mix.Spread)).Distinct());
            Assert.InRange(mixes[0].Mix.Pan, -0.1, 0.1);
        }
        Assert.True(seen > 2, $"{seen}");
    }

    private static Session Of(params (PlayerRole Role, int Program)[] parts)
    {
        var tracks = parts
            .Select(
                (part, i) =>
                    new MidiTrack
                    {
                        Channel = part.Program == Instrument.DrumKit ? MidiTrack.DrumChannel : i,
                        Programs = [new(0, part.Program == Instrument.DrumKit ? 0 : part.Program)],
                        Notes = [new(0, 480, part.Program == Instrument.DrumKit ? 36 : 55, 90), new(480, 480, 57, 90)],
                    }
            )
            .ToList();
        return Session.Create(new MidiSong { Tracks = tracks }, [.. parts.Select(part => part.Role)], new SeededRandom(4));
    }

    [Fact]
    public void A_string_quartet_sits_in_its_order_from_left_to_right()
    {
        var session = Of((PlayerRole.Melody, 40), (PlayerRole.Counter, 40), (PlayerRole.Counter, 41), (PlayerRole.Bass, 42));
        for (var seed = 0UL; seed < 40; seed++)
        {
            var pans = Draw(session, seed).ConvertAll(part => part.Mix.Pan);
            Assert.True(pans[0] < pans[1] && pans[1] < pans[2] && pans[2] < pans[3], string.Join(' ', pans));
            Assert.True(pans[0] < -0.2 && pans[3] > 0.2);
        }
    }

    [Fact]
    public void Doubled_guitars_are_left_and_right_and_pads_are_farther_than_leads()
    {
        var session = Of(
            (PlayerRole.Melody, 81),
            (PlayerRole.Harmony, 30),
            (PlayerRole.Harmony, 89),
            (PlayerRole.Bass, 33),
            (PlayerRole.Drums, Instrument.DrumKit)
        );
        Assert.Contains(session.Players, player => player is { Program: 30, Take: 2, Channel: > 15 });
        for (var seed = 0UL; seed < 40; seed++)
        {
            var mixes = Draw(session, seed);
            var takes = mixes.Where(part => part.Player.Program == 30).Select(part => part.Mix.Pan).Order().ToList();
            Assert.Equal(takes[0], -takes[1], 1e-12);
            Assert.True(takes[1] >= 0.5);
            PartMix Of(int program) => mixes.Single(part => part.Player.Program == program).Mix;
            Assert.True(Of(89).SendDecibels - Of(81).SendDecibels >= 5.9);
            Assert.True(Of(33).SendDecibels < Of(81).SendDecibels - 5);
            Assert.True(Of(89).Decorrelation > 0.2);
            Assert.True(mixes.Single(part => part.Player.IsKick).Mix.SendDecibels < -15);
        }
    }
}
