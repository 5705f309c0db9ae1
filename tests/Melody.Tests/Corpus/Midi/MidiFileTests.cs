using CsCheck;
using Melody.Corpus.Midi;

namespace Melody.Tests.Corpus.Midi;

public sealed class MidiFileTests
{
    private static byte[] File(int format, int tracks, int division, params byte[][] chunks) =>
        [
            .. "MThd"u8,
            0,
            0,
            0,
            6,
            0,
            (byte)format,
            (byte)(tracks >> 8),
            (byte)tracks,
            (byte)(division >> 8),
            (byte)division,
            .. chunks.SelectMany(chunk => chunk),
        ];

    private static byte[] Track(params byte[] events) => [.. "MTrk"u8, 0, 0, (byte)(events.Length >> 8), (byte)events.Length, .. events];

    private static readonly byte[] EndOfTrack = [0, 0xFF, 0x2F, 0];

    private static MidiSong Read(byte[] bytes) => MidiReader.Read(bytes, "test.mid");

    [Fact]
    public void A_file_written_by_hand_is_understood()
    {
        // 96 ticks a quarter, 500,000 us, 6/8, B flat major; a C of a quarter, an E by running status, released by velocity 0.
        var song = Read(
            File(
                0,
                1,
                96,
                Track(
                    0,
                    0xFF,
                    0x03,
                    2,
                    (byte)'H',
                    (byte)'i',
                    0,
                    0xFF,
                    0x51,
                    3,
                    0x07,
                    0xA1,
                    0x20,
                    0,
                    0xFF,
                    0x58,
                    4,
                    6,
                    3,
                    24,
                    8,
                    0,
                    0xFF,
                    0x59,
                    2,
                    0xFE,
                    0,
                    0,
                    0xC3,
                    73,
                    0,
                    0xB3,
                    7,
                    100,
                    0,
                    0xE3,
                    0x00,
                    0x40,
                    0,
                    0x93,
                    60,
                    80,
                    96,
                    64,
                    90,
                    0,
                    60,
                    0,
                    0x81,
                    0x40,
                    64,
                    0,
                    0,
                    0xFF,
                    0x2F,
                    0
                )
            )
        );
        Assert.Equal("Hi", song.Title);
        Assert.Equal(120, Assert.Single(song.Tempos).BeatsPerMinute);
        Assert.Equal(new TimeSignature(0, 6, 8), Assert.Single(song.TimeSignatures));
        Assert.Equal(10, Assert.Single(song.KeySignatures).Tonic);
        var track = Assert.Single(song.Tracks);
        Assert.Equal((3, 73), (track.Channel, track.Program));
        Assert.Equal([new ControlChange(0, MidiController.Volume, 100)], track.Controls);
        Assert.Equal([new PitchBend(0, PitchBend.Middle)], track.PitchBends);
        Assert.Equal([new MidiNote(0, 96, 60, 80), new MidiNote(96, 192, 64, 90)], track.Notes);
        Assert.Equal(1.5, song.LengthSeconds, 9);
    }

    [Fact]
    public void Notes_that_are_never_released_end_with_their_track()
    {
        var song = Read(File(0, 1, 96, Track(0, 0x90, 60, 80, 0, 62, 80, 0, 0x80, 99, 0, 96, 0xFF, 0x2F, 0)));
        Assert.Equal([new MidiNote(0, 96, 60, 80), new MidiNote(0, 96, 62, 80)], song.Tracks[0].Notes);
    }

    [Fact]
    public void Running_status_survives_text_system_exclusive_and_a_missing_end()
    {
        var song = Read(
            File(
                1,
                1,
                96,
                Track(0, 0x90, 60, 80, 10, 0xFF, 0x01, 1, (byte)'x', 0, 0xF0, 2, 0x7E, 0xF7, 0, 60, 0, 5, 0xF8, 0, 61, 70, 7, 61, 0)
            )
        );
        Assert.Equal([new MidiNote(0, 10, 60, 80), new MidiNote(15, 7, 61, 70)], song.Tracks[0].Notes);
    }

    [Fact]
    public void Patterns_of_format_2_follow_each_other()
    {
        var pattern = Track([0, 0x90, 60, 80, 96, 60, 0, .. EndOfTrack]);
        var song = Read(File(2, 2, 96, pattern, pattern));
        Assert.Equal([0, 96], song.Tracks.Select(track => track.Notes[0].Start));
    }

    [Fact]
    public void Film_time_counts_in_seconds()
    {
        // -25 frames, 40 ticks a frame: 1000 ticks are a second, whatever tempo the file names.
        var song = Read(File(0, 1, 0xE728, Track([0, 0xFF, 0x51, 3, 1, 0, 0, 0, 0x90, 60, 80, 0x87, 0x68, 60, 0, .. EndOfTrack])));
        Assert.Equal(1, song.LengthSeconds, 9);
    }

    [Fact]
    public void One_track_with_two_channels_becomes_two_parts_and_programs_are_the_channels()
    {
        var song = Read(
            File(
                1,
                2,
                96,
                Track([0, 0xC0, 40, 96, 0xC0, 41, .. EndOfTrack]),
                Track([0, 0x90, 60, 80, 0, 0x99, 36, 80, 96, 0x90, 60, 0, 0, 0x99, 36, 0, .. EndOfTrack])
            )
        );
        Assert.Equal([0, 0, 9], song.Tracks.Select(track => track.Channel));
        Assert.True(song.Tracks[2].IsDrums);
        Assert.Equal((40, 41, 0), (song.ProgramAt(0, 95), song.ProgramAt(0, 96), song.ProgramAt(5, 10)));
    }

    [Theory]
    [InlineData("", "is not a MIDI file")]
    [InlineData("MThd\0\0\0\u0006\0\u0001\0\u0001\0", "is not a MIDI file")]
    [InlineData("MThd\0\0\0\u0006\0\u0007\0\u0001\0`", "format 7")]
    [InlineData("MThd\0\0\0\u0006\0\u0001\0\0\0`", "has no tracks")]
    [InlineData("MThd\0\0\0\u0006\0\u0001\0\u0001\0\0MTrk\0\0\0\0", "zero ticks")]
    [InlineData("MThd\0\0\0\u0001\0\u0001\0\u0001\0`", "broken header")]
    public void Useless_files_are_refused_with_a_sentence(string text, string expected)
    {
        var exception = Assert.Throws<MelodyException>(() => Read(System.Text.Encoding.Latin1.GetBytes(text)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_song_of_ten_hours_is_refused()
    {
        // 72,000 quarters of half a second; one tick a quarter.
        var song = new MidiSong { TicksPerQuarter = 1, Tracks = [new() { Channel = 0, Notes = [new(0, 72_000, 60, 80)] }] };
        var exception = Assert.Throws<MelodyException>(() => Read(MidiWriter.ToBytes(song)));
        Assert.Contains("lasts 10.0 hours", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tempo_map_agrees_with_a_sum_over_ticks()
    {
        Gen.Select(Gen.Int[0, 500].Array[0, 6], Gen.Int[1, 2_000_000].Array[6], Gen.Int[1, 960], Gen.Int[0, 600])
            .Sample(
                (ticks, tempi, division, tick) =>
                {
                    Array.Sort(ticks);
                    var map = new TempoMap(division, [.. ticks.Select((at, i) => new TempoChange(at, tempi[i]))]);
                    var seconds = 0.0;
                    for (var t = 0; t < tick; t++)
                    {
                        var last = Array.FindLastIndex(ticks, at => at <= t);
                        seconds += (last < 0 ? 500_000 : tempi[last]) / 1e6 / division;
                    }
                    Assert.Equal(seconds, map.SecondsAt(tick), tolerance: 1e-8);
                    Assert.Equal(tick, map.TickAt(map.SecondsAt(tick)), tolerance: 1e-3);
                },
                iter: 200
            );
    }

    /// <summary>Songs whose notes of one pitch and part do not overlap: those that a file can hold without loss.</summary>
    private static readonly Gen<MidiSong> Songs =
        from tracks in (
            from channel in Gen.Int[0, 15]
            from name in Gen.String[Gen.Char.AlphaNumeric, 0, 12]
            from steps in Gen.Select(Gen.Int[0, 500], Gen.Int[1, 300], Gen.Int[0, 127], Gen.Int[1, 127]).Array[0, 30]
            from controls in Gen.Select(Gen.Int[0, 300_000_000], Gen.Int[0, 127], Gen.Int[0, 127]).Array[0, 5]
            from bends in Gen.Select(Gen.Int[0, 5000], Gen.Int[0, 16383]).Array[0, 5]
            from programs in Gen.Select(Gen.Int[0, 5000], Gen.Int[0, 127]).Array[1, 4]
            select new MidiTrack
            {
                Channel = channel,
                Name = name,
                Notes = [.. Notes(steps).OrderBy(note => note.Start).ThenBy(note => note.Pitch)],
                Controls = [.. controls.Select(c => new ControlChange(c.Item1, c.Item2, c.Item3)).OrderBy(c => c.Tick)],
                PitchBends = [.. bends.Select(b => new PitchBend(b.Item1, b.Item2)).OrderBy(b => b.Tick)],
                Programs = [.. programs.Select(p => new ProgramChange(p.Item1, p.Item2)).OrderBy(p => p.Tick)],
            }
        ).Array[0, 5]
        from division in Gen.Int[1, 32767]
        from title in Gen.String[Gen.Char.AlphaNumeric, 0, 30]
        from tempi in Gen.Select(Gen.Int[0, 4000], Gen.Int[1, 100_000]).Array[0, 5]
        from metres in Gen.Select(Gen.Int[0, 4000], Gen.Int[1, 16], Gen.Int[0, 6]).Array[0, 3]
        from keys in Gen.Select(Gen.Int[0, 4000], Gen.Int[-7, 7], Gen.Bool).Array[0, 3]
        select new MidiSong
        {
            Title = title,
            TicksPerQuarter = division,
            Tracks = tracks,
            Tempos = [.. tempi.Select(t => new TempoChange(t.Item1, t.Item2)).OrderBy(t => t.Tick)],
            TimeSignatures = [.. metres.Select(m => new TimeSignature(m.Item1, m.Item2, 1 << m.Item3)).OrderBy(m => m.Tick)],
            KeySignatures = [.. keys.Select(k => new KeySignature(k.Item1, k.Item2, k.Item3)).OrderBy(k => k.Tick)],
        };

    private static IEnumerable<MidiNote> Notes((int Wait, int Length, int Pitch, int Velocity)[] steps)
    {
        var free = new long[128];
        var tick = 0L;
        foreach (var (wait, length, pitch, velocity) in steps)
        {
            tick += wait;
            if (free[pitch] > tick)
                continue;
            free[pitch] = tick + length;
            yield return new(tick, length, pitch, velocity);
        }
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Songs.Sample(
            song =>
            {
                var again = Read(MidiWriter.ToBytes(song));
                Assert.Equal(song.Title, again.Title);
                Assert.Equal(song.TicksPerQuarter, again.TicksPerQuarter);
                Assert.Equal(song.Tempos, again.Tempos);
                Assert.Equal(song.TimeSignatures, again.TimeSignatures);
                Assert.Equal(song.KeySignatures, again.KeySignatures);
                Assert.Equal(song.Tracks.Count, again.Tracks.Count);
                foreach (var (before, after) in song.Tracks.Zip(again.Tracks))
                {
                    Assert.Equal((before.Name, before.Channel), (after.Name, after.Channel));
                    Assert.Equal(before.Notes, after.Notes);
                    Assert.Equal(before.Controls, after.Controls);
                    Assert.Equal(before.Programs, after.Programs);
                    Assert.Equal(before.PitchBends, after.PitchBends);
                }
            },
            iter: 100
        );

    [Fact]
    public void Whatever_the_bytes_the_answer_is_a_song_or_a_sentence() =>
        Gen.Select(Songs, Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[0, 12], Gen.Int[0, 400])
            .Sample(
                (song, changes, cut) =>
                {
                    var bytes = MidiWriter.ToBytes(song);
                    foreach (var (at, value) in changes)
                        bytes[at % bytes.Length] = value;
                    AssertSongOrSentence(bytes[..^Math.Min(cut, bytes.Length)]);
                },
                iter: 400
            );

    [Fact]
    public void Noise_after_a_true_header_is_a_song_or_a_sentence() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 0xFFFF], Gen.Byte.Array[0, 300])
            .Sample(
                (format, division, noise) =>
                {
                    AssertSongOrSentence(File(format, 1, division, Track(noise)));
                    AssertSongOrSentence(File(format, 1, division, noise));
                },
                iter: 400
            );

    private static void AssertSongOrSentence(byte[] bytes)
    {
        try
        {
            var song = Read(bytes);
            Assert.All(song.Tracks.SelectMany(track => track.Notes), note =>
                Assert.True(note is { Start: >= 0, Length: >= 1, Pitch: >= 0 and <= 127, Velocity: >= 1 and <= 127 })
            );
            Assert.InRange(song.LengthSeconds, 0, MidiReader.MaximumSeconds);
            _ = MidiWriter.ToBytes(song);
        }
        catch (MelodyException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_piece_of_the_score_collection_is_read()
    {
        var folder = SharedCorpus.Folder;
        Assert.SkipWhen(folder is null, "the score collection (../shared/corpus) is not here");
        foreach (var row in System.IO.File.ReadLines(Path.Combine(folder!, "manifest.csv")).Skip(1))
        {
            // path first; ...,bpm,seconds,tracks last: neither part of the row holds a quoted comma.
            var cells = row.Split(',');
            var song = MidiReader.Read(Path.Combine(folder!, cells[0]));
            Assert.Equal(double.Parse(cells[^2], System.Globalization.CultureInfo.InvariantCulture), song.LengthSeconds, 0.51);
            Assert.Equal(int.Parse(cells[^1], System.Globalization.CultureInfo.InvariantCulture), song.Tracks.Count);
            Assert.NotEmpty(song.Title);
        }
    }
}
