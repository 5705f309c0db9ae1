using Melody.Corpus.Midi;

namespace Melody.Corpus.Import;

/// <summary>Music shorter than a window plays again, so that a window holds nothing but music.</summary>
internal static class RepeatedSong
{
    private const long MaximumEvents = 1_000_000;

    /// <summary>
    /// A song again and again until it lasts <paramref name="seconds"/>; each time begins on the next whole quarter note,
    /// with the settings of the song's start. A song that is long enough comes back as it is.
    /// </summary>
    /// <exception cref="MelodyException">So short a song holds more events than music does.</exception>
    public static MidiSong Fill(MidiSong song, string name, double seconds)
    {
        if (song.NoteCount == 0 || song.LengthSeconds >= seconds - 1e-6)
            return song;
        long length = (song.LengthTicks + song.TicksPerQuarter - 1) / song.TicksPerQuarter * song.TicksPerQuarter;
        int times = (int)Math.Ceiling(seconds / song.BuildTempoMap().SecondsAt(length)) + 1;
        long events = song.Tracks.Sum(track =>
            (long)track.Notes.Count + track.Controls.Count + track.Programs.Count + track.PitchBends.Count
        );
        if (times * (events + song.Tempos.Count + song.TimeSignatures.Count) > MaximumEvents)
            throw new MelodyException($"'{name}' holds more events in {song.LengthSeconds:0.0} s than any music has.");
        List<T> Again<T>(IEnumerable<T> events, Func<T, long> at, Func<T, long, T> move)
        {
            var kept = events.Where(e => at(e) < length).ToList();
            return [.. Enumerable.Range(0, times).SelectMany(time => kept.Select(e => move(e, at(e) + time * length)))];
        }
        IEnumerable<TempoChange> tempos = song.Tempos is [{ Tick: 0 }, ..] ? song.Tempos : song.Tempos.Prepend(new(0, 500_000));
        IEnumerable<TimeSignature> metres = song.TimeSignatures is [] or [{ Tick: 0 }, ..]
            ? song.TimeSignatures
            : song.TimeSignatures.Prepend(new(0, 4, 4));
        return song with
        {
            Tempos = Again(tempos, e => e.Tick, (e, tick) => e with { Tick = tick }),
            TimeSignatures = Again(metres, e => e.Tick, (e, tick) => e with { Tick = tick }),
            KeySignatures =
                song.KeySignatures.Count > 1
                    ? Again(song.KeySignatures, e => e.Tick, (e, tick) => e with { Tick = tick })
                    : song.KeySignatures,
            Tracks =
            [
                .. song.Tracks.Select(track =>
                    track with
                    {
                        Notes = Again(track.Notes, e => e.Start, (e, tick) => e with { Start = tick }),
                        Programs = Again(track.Programs, e => e.Tick, (e, tick) => e with { Tick = tick }),
                        Controls = Again(track.Controls, e => e.Tick, (e, tick) => e with { Tick = tick }),
                        PitchBends = Again(track.PitchBends, e => e.Tick, (e, tick) => e with { Tick = tick }),
                    }
                ),
            ],
        };
    }
}
