using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Mixing;

/// <summary>
/// A song laid out for the mix: every performer on a channel alone. The bass drum leaves the kit, guitars may be doubled by
/// a second take, and the places that the song gives its channels are left to the mix.
/// </summary>
/// <param name="Song">The song; channels 0..15 as they were, second takes from channel 16 on.</param>
/// <param name="Players">Who plays, by channel.</param>
internal sealed record Session(MidiSong Song, IReadOnlyList<Player> Players)
{
    private const int KickChannel = MidiTrack.DrumChannel + 16;

    /// <summary>Lays a song out.</summary>
    /// <param name="song">The song.</param>
    /// <param name="roles">The role of each of its tracks.</param>
    /// <param name="random">Decides who is doubled and how the second take differs.</param>
    public static Session Create(MidiSong song, IReadOnlyList<PlayerRole> roles, SeededRandom random)
    {
        var tracks = new List<MidiTrack>();
        var players = new List<Player>();
        bool isBand = song.Tracks.Where(track => track.Notes.Count > 0).Select(track => track.Program).Distinct().Count() > 2;
        int second = 16;
        for (int i = 0; i < song.Tracks.Count; i++)
        {
            var track = song.Tracks[i] with
            {
                Controls = [.. song.Tracks[i].Controls.Where(control => control.Controller != MidiController.Pan)],
            };
            if (track.Notes.Count == 0)
                continue;
            var player = new Player(
                track.Channel,
                roles[i],
                track.IsDrums ? Instrument.DrumKit : track.Program,
                track.IsDrums ? 0 : LowestHertz(track)
            )
            {
                Part = i,
            };
            if (track.IsDrums)
                AddKit(track, player);
            else if (isBand && player.Role == PlayerRole.Harmony && random.Chance(Doubling(player.Program)))
            {
                if (second == KickChannel)
                    second++;
                Add(track, player with { Take = 1 });
                Add(SecondTake(song, track, second, random), player with { Channel = second++, Take = 2 });
            }
            else
                Add(track, player);
        }
        return new(song with { Tracks = tracks }, [.. players.OrderBy(player => player.Channel)]);

        void Add(MidiTrack track, Player player)
        {
            tracks.Add(track);
            players.Add(player);
        }

        void AddKit(MidiTrack track, Player player)
        {
            var kick = track.Notes.Where(note => IsKick(note.Pitch)).ToList();
            if (kick.Count < track.Notes.Count)
                Add(track with { Notes = [.. track.Notes.Where(note => !IsKick(note.Pitch))] }, player);
            if (kick.Count > 0)
                Add(track with { Channel = KickChannel, Notes = kick }, player with { Channel = KickChannel, IsKick = true });
        }
    }

    private static bool IsKick(int pitch) => pitch is 35 or 36;

    private static double Doubling(int program) =>
        program switch
        {
            OverdrivenGuitar or DistortionGuitar => 0.8,
            SteelGuitar or CleanGuitar or MutedGuitar => 0.35,
            _ => 0,
        };

    // the frequency under which one note in fifty lies
    private static double LowestHertz(MidiTrack track)
    {
        int[] pitches = track.Notes.Select(note => note.Pitch).Order().ToArray();
        return 440 * Math.Pow(2, (pitches[pitches.Length / 50] - 69) / 12.0);
    }

    // the same player once more: up to 14 ms later, a little softer or louder, and three cents off
    private static MidiTrack SecondTake(MidiSong song, MidiTrack track, int channel, SeededRandom random)
    {
        var map = song.BuildTempoMap();
        int tuning = (random.Chance(0.5) ? 1 : -1) * (int)(PitchBend.Middle * 0.03 / 2);
        var notes = new List<MidiNote>();
        foreach (var chord in track.Notes.GroupBy(note => note.Start))
        {
            double ticksPerSecond = 1 / Math.Max(1e-9, map.SecondsAt(chord.Key + 1) - map.SecondsAt(chord.Key));
            long late = (long)(random.Between(0.002, 0.014) * ticksPerSecond);
            foreach (var note in chord)
                notes.Add(
                    note with
                    {
                        Start = note.Start + Math.Min(late, note.Length / 4),
                        Velocity = Math.Clamp(note.Velocity + random.Between(-5, 5), 1, 127),
                    }
                );
        }
        return track with
        {
            Channel = channel,
            Notes = [.. notes.OrderBy(note => note.Start).ThenBy(note => note.Pitch)],
            PitchBends = track.PitchBends.Count > 0 ? track.PitchBends : [new(0, PitchBend.Middle + tuning)],
        };
    }
}
