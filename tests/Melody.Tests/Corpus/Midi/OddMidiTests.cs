using Melody.Corpus.Midi;
using Melody.Corpus.Rendering;

namespace Melody.Tests.Corpus.Midi;

/// <summary>Files that break the rules as real ones do: what they say is read, and nothing is made up.</summary>
public sealed class OddMidiTests
{
    private static readonly byte[] End = [0, 0xFF, 0x2F, 0];

    // a quarter note at 480 ticks
    private static byte[] Note(int channel, int pitch) =>
        [0, (byte)(0x90 | channel), (byte)pitch, 90, 0x83, 0x60, (byte)(0x80 | channel), (byte)pitch, 0];

    private static byte[] Chunk(string name, byte[] body, int wrong = 0) =>
        [.. name.Select(c => (byte)c), 0, 0, (byte)((body.Length + wrong) >> 8), (byte)(body.Length + wrong), .. body];

    private static byte[] File(int division, params byte[][] chunks) =>
        [.. Chunk("MThd", [0, 1, 0, (byte)chunks.Length, (byte)(division >> 8), (byte)division]), .. chunks.SelectMany(chunk => chunk)];

    private static MidiSong Read(byte[] bytes) => MidiReader.Read(bytes, "test.mid");

    private static int[] Pitches(MidiSong song) => [.. song.Tracks.SelectMany(track => track.Notes).Select(note => note.Pitch).Order()];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(4000)]
    public void A_track_that_claims_too_many_bytes_leaves_the_next_one_alone(int wrong)
    {
        var song = Read(
            File(
                480,
                Chunk("MTrk", [.. Note(0, 60), .. End], wrong),
                Chunk("MTrk", [.. Note(1, 64), .. End]),
                Chunk("MTrk", [.. Note(2, 67), .. End])
            )
        );
        Assert.Equal([60, 64, 67], Pitches(song));
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(-9)]
    [InlineData(-13)]
    public void A_track_that_claims_too_few_bytes_is_read_to_its_end(int wrong)
    {
        var song = Read(File(480, Chunk("MTrk", [.. Note(0, 60), .. Note(0, 62), .. End], wrong), Chunk("MTrk", [.. Note(1, 64), .. End])));
        Assert.Equal([60, 62, 64], Pitches(song));
        Assert.All(song.Tracks.SelectMany(track => track.Notes), note => Assert.Equal(480, note.Length));
    }

    [Fact]
    public void Padding_and_unknown_chunks_between_tracks_are_passed_over()
    {
        byte[] padded = [.. Note(0, 60), .. End, 0, 0, 0];
        var song = Read(
            File(480, Chunk("XFIH", new byte[10]), Chunk("MTrk", padded), Chunk("abcd", [1, 2, 3]), Chunk("MTrk", [.. Note(1, 64), .. End]))
        );
        Assert.Equal([60, 64], Pitches(song));
    }

    [Theory]
    [InlineData("LIST", 16)]
    [InlineData("DISP", 7)]
    [InlineData("LIST", 0)]
    public void A_wrapped_file_is_found_behind_other_chunks(string name, int length)
    {
        var midi = File(480, Chunk("MTrk", [.. Note(0, 60), .. End]));
        byte[] Riff(string chunk, byte[] body) =>
            [.. chunk.Select(c => (byte)c), (byte)body.Length, (byte)(body.Length >> 8), 0, 0, .. body, .. new byte[body.Length % 2]];
        byte[] form = [.. "RMID"u8, .. Riff(name, new byte[length]), .. Riff("data", midi), .. Riff("LIST", new byte[4])];
        Assert.Equal([60], Pitches(Read(Riff("RIFF", form))));
        Assert.Equal([60], Pitches(Read(Riff("RIFF", [.. "RMID"u8, .. Riff("data", midi)]))));
        Assert.Throws<MelodyException>(() => Read(Riff("RIFF", [.. "RMID"u8, .. Riff(name, new byte[length])])));
    }

    [Theory]
    [InlineData(0xE728, 1000)] // 25 frames of 40 ticks
    [InlineData(0xE250, 2400)] // 30 frames of 80 ticks
    [InlineData(0xE804, 96)] // 24 frames of 4 ticks
    public void Film_time_has_seconds_and_no_beats(int division, int ticksASecond)
    {
        byte[] wait = [(byte)(0x80 | ticksASecond >> 7), (byte)(ticksASecond & 0x7F)];
        var song = Read(File(division, Chunk("MTrk", [0, 0x90, 60, 90, .. wait, 0x80, 60, 0, .. End])));
        Assert.False(song.HasBeats);
        Assert.Equal(1, song.LengthSeconds, 9);
        Assert.True(Read(File(480, Chunk("MTrk", [.. Note(0, 60), .. End]))).HasBeats);
    }

    private static readonly byte[] GsReset = [0, 0xF0, 10, 0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7F, 0x00, 0x41, 0xF7];
    private static readonly byte[] XgOn = [0, 0xF0, 8, 0x43, 0x10, 0x4C, 0x00, 0x00, 0x7E, 0x00, 0xF7];

    private static byte[] GsPart(int block, int map) =>
        [0, 0xF0, 10, 0x41, 0x10, 0x42, 0x12, 0x40, (byte)(0x10 | block), 0x15, (byte)map, 0x00, 0xF7];

    private static byte[] Bank(int channel, int bank) => [0, (byte)(0xB0 | channel), 0, (byte)bank, 0, (byte)(0xC0 | channel), 0];

    private static bool IsDrums(int channel, params byte[][] events) =>
        Read(File(480, Chunk("MTrk", [.. events.SelectMany(e => e), .. Note(channel, 36), .. End])))
            .Tracks.Single(track => track.Notes.Count > 0)
            .IsDrums;

    [Fact]
    public void Drums_are_where_the_file_puts_them()
    {
        Assert.True(IsDrums(9));
        Assert.False(IsDrums(10));
        // GS: block 0 is the tenth channel, 1 to 9 the first nine, A to F the rest
        Assert.True(IsDrums(10, GsPart(0xA, 2)));
        Assert.True(IsDrums(0, GsReset, GsPart(1, 1)));
        Assert.True(IsDrums(8, GsPart(9, 1)));
        Assert.False(IsDrums(9, GsPart(0, 0)));
        Assert.False(IsDrums(10, GsPart(0xB, 2)));
        Assert.False(IsDrums(10, GsPart(0xA, 2), GsReset));
        Assert.False(IsDrums(10, GsReset, Bank(10, 127))); // a variation of GS
        // XG and General MIDI 2, by their banks and XG's part mode
        Assert.True(IsDrums(10, Bank(10, 127)));
        Assert.True(IsDrums(3, XgOn, Bank(3, 126)));
        Assert.True(IsDrums(10, [0, 0xF0, 8, 0x43, 0x10, 0x4C, 0x08, 10, 0x07, 0x01, 0xF7]));
        Assert.True(IsDrums(10, Bank(10, 120)));
        Assert.False(IsDrums(9, Bank(9, 121)));
        Assert.True(IsDrums(9, Bank(9, 0)));
        Assert.False(IsDrums(10, Bank(10, 127), Bank(10, 0)));
        Assert.False(IsDrums(10, Bank(11, 127)));
    }

    [Fact]
    public void Drums_sound_alike_on_every_channel()
    {
        using var synthesizer = new Synthesizer(Rendering.SynthesizerTests.SmallFont(), new RenderSettings());
        float[] Sound(int channel, bool isDrums) =>
            synthesizer
                .Render(
                    new MidiSong
                    {
                        Tracks =
                        [
                            new()
                            {
                                Channel = channel,
                                IsDrums = isDrums,
                                Notes = [new(0, 480, 38, 100)],
                            },
                        ],
                    }
                )
                .Channels[0];
        var drum = Sound(9, isDrums: true);
        Assert.Equal(drum, Sound(10, isDrums: true));
        Assert.NotEqual(drum, Sound(10, isDrums: false));
        Assert.Equal(Sound(0, isDrums: false), Sound(9, isDrums: false));
    }

    [Fact]
    public void A_note_that_nothing_releases_rings_for_ten_seconds_or_while_others_play()
    {
        byte[] longWait = [0x84, 0xD0, 0x00]; // 75,776 ticks, 79 s
        MidiNote Held(params byte[] more) =>
            Read(File(480, Chunk("MTrk", [0, 0x90, 60, 90, .. more, .. longWait, 0xFF, 0x2F, 0])))
                .Tracks[0]
                .Notes.Single(note => note.Pitch == 60);
        Assert.Equal(9600, Held().Length); // 10 s at 120
        Assert.Equal(9600, Held(Note(0, 64)).Length);
        Assert.Equal(75_776, Held([.. longWait, 0x90, 64, 90, 0, 64, 0]).Length); // until the last stroke
    }

    [Fact]
    public void What_is_more_than_music_is_refused_before_it_is_rendered()
    {
        MidiSong Song(double bpm, long quarters, int notes = 1) =>
            new()
            {
                Tempos = [TempoChange.FromBeatsPerMinute(0, bpm)],
                Tracks = [new() { Channel = 0, Notes = [.. Enumerable.Repeat(new MidiNote(0, quarters * 480, 60, 80), notes)] }],
            };
        string Refusal(MidiSong song, int rate = 24_000) =>
            Assert.Throws<MelodyException>(() => SongLimits.Require(song, "x.mid", rate)).Message;
        SongLimits.Require(Song(120, 3000), "x.mid", 24_000); // 25 minutes
        Assert.Contains("lasts 119 minutes", Refusal(Song(120, 119 * 120)), StringComparison.Ordinal);
        Assert.Contains("too long for 96000 Hz", Refusal(Song(120, 3000), 96_000), StringComparison.Ordinal);
        Assert.Contains("60000000 quarter notes a minute", Refusal(Song(60e6, 100)), StringComparison.Ordinal);
        SongLimits.Require(Song(3.6, 8), "x.mid", 24_000); // slow, yet it can be played
        Assert.Contains("holds 200001 notes", Refusal(Song(120, 4, 200_001)), StringComparison.Ordinal);
        Assert.Contains("has no notes", Refusal(Song(120, 4, 0)), StringComparison.Ordinal);
        // a leap over silence behind the last note is no tempo of the music
        var leap = Song(120, 4) with { Tempos = [TempoChange.FromBeatsPerMinute(0, 120), new(480 * 8, 1)] };
        SongLimits.Require(leap, "x.mid", 24_000);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0x90, 60, 90 })] // notes
    [InlineData(new byte[] { 0, 0xB0, 7, 64 })] // controls
    [InlineData(new byte[] { 0, 0xC0, 5 })] // programs
    [InlineData(new byte[] { 0, 0xE0, 0, 64 })] // pitch wheels
    [InlineData(new byte[] { 0, 0xFF, 0x51, 3, 7, 0xA1, 0x20 })] // tempi
    [InlineData(new byte[] { 0, 0xFF, 0x58, 4, 4, 2, 24, 8 })] // metres
    [InlineData(new byte[] { 0, 0xFF, 0x59, 2, 0, 0 })] // keys
    public void Events_without_end_do_not_fill_the_memory(byte[] events)
    {
        var file = new byte[MidiReader.MaximumBytes];
        File(480).CopyTo(file, 0);
        file[11] = 1; // one track, which fills the file
        int start = File(480).Length;
        "MTrk"u8.CopyTo(file.AsSpan(start));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(start + 4), file.Length - start - 8);
        for (int at = start + 8; at + events.Length <= file.Length; at += events.Length)
            events.CopyTo(file, at);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<MelodyException>(() => Read(file));
        Assert.Contains("more than 720000 notes, changes and controls", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L << 20);
    }
}
