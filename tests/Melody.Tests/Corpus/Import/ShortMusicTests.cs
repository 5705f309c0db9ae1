using Melody.Corpus.Import;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Tests.Corpus.Import;

/// <summary>Scores shorter than a window, and what is not known of a score.</summary>
public sealed class ShortMusicTests
{
    private static readonly ImportFile NoWords = new("x.mid", "x.mid", true, 1, []);

    // so many quarter notes at 120, one after the other
    private static MidiSong Song(int quarters, params TempoChange[] tempos) =>
        new()
        {
            Tempos = tempos,
            TimeSignatures = [new(0, 3, 4)],
            Tracks =
            [
                new()
                {
                    Channel = 0,
                    Programs = [new(0, 73)],
                    Notes = [.. Enumerable.Range(0, quarters).Select(i => new MidiNote(i * 480, 470, 60 + i % 12, 80))],
                },
            ],
        };

    [Fact]
    public void A_short_song_plays_again_until_the_window_is_full()
    {
        var song = Song(4, TempoChange.FromBeatsPerMinute(480 * 2, 60)); // 1 s at 120, 2 s at 60
        var filled = RepeatedSong.Fill(song, "x.mid", 10);
        Assert.True(filled.LengthSeconds >= 10);
        var map = filled.BuildTempoMap();
        for (var i = 0; i < 16; i++)
        {
            var note = filled.Tracks[0].Notes[i];
            Assert.Equal((i * 480L, 60 + i % 4), (note.Start, note.Pitch));
            Assert.Equal(i / 4 * 3 + new[] { 0, 0.5, 1, 2 }[i % 4], map.SecondsAt(note.Start), 1e-9);
        }
        var window = Assert.Single(new ScoreDescription(filled, NoWords, []).Windows("i", DatasetSplit.Train, 1, 10), w => w.Start == 0);
        Assert.Contains(window.Notes, note => note.Start > 9);
        Assert.Equal(0, RepeatedSong.Fill(song, "x.mid", 2.9).Tracks[0].Notes.Count - song.Tracks[0].Notes.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(23)]
    [InlineData(39)]
    [InlineData(64)]
    public void No_window_reaches_beyond_the_music(int quarters)
    {
        var song = RepeatedSong.Fill(Song(quarters), "x.mid", 10);
        var windows = new ScoreDescription(song, NoWords, []).Windows("i", DatasetSplit.Train, 1, 10);
        Assert.NotEmpty(windows);
        Assert.All(windows, window => Assert.True(window.Start >= 0 && window.Start + 10 <= song.LengthSeconds + 1e-6));
        var last = windows[^1];
        Assert.True(song.LengthSeconds - (last.Start + 10) < 1); // and none of the music is left out but the last second
    }

    [Fact]
    public void Film_time_and_absurd_tempi_give_no_tempo_no_metre_and_no_words_for_them()
    {
        byte[] track =
        [
            0,
            0xC0,
            73,
            .. Enumerable.Range(0, 24).SelectMany(_ => new byte[] { 0, 0x90, 60, 90, 0x87, 0x68, 0x80, 60, 0 }),
            0,
            0xFF,
            0x2F,
            0,
        ];
        var film = MidiReader.Read(
            [.. "MThd"u8, 0, 0, 0, 6, 0, 0, 0, 1, 0xE7, 0x28, .. "MTrk"u8, 0, 0, 0, (byte)track.Length, .. track],
            "film.mid"
        );
        var slow = Song(2, TempoChange.FromBeatsPerMinute(0, 4)) with { TimeSignatures = [] };
        foreach (var song in new[] { film, slow })
        {
            var described = new ScoreDescription(song, NoWords, []);
            Assert.Equal(0, described.Piece("i", DatasetSplit.Train, "", 1).Bpm);
            Assert.All(described.Windows("i", DatasetSplit.Train, 1, 10), window =>
            {
                Assert.Equal(0, window.Bpm);
                Assert.Empty(window.Captions);
                Assert.Equal(["flute"], window.Tags);
            });
        }
        var record = new ScoreDescription(film, NoWords, []).Windows("i", DatasetSplit.Train, 1, 10)[0];
        Assert.Equal(("unknown", 0, 0), (record.TimeSignature, record.Beats.Count, record.Downbeats.Count));
    }
}
