using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Tests.Corpus.Midi;

namespace Melody.Fuzz.Readers;

/// <summary>MIDI files, and the list of a folder of them.</summary>
internal static class ScoreReaders
{
    private static readonly byte[] Song =
    [
        .. "MThd"u8,
        .. new byte[] { 0, 0, 0, 6, 0, 1, 0, 2, 0, 96 },
        .. Track([
            0,
            0xFF,
            3,
            4,
            .. "song"u8,
            0,
            0xFF,
            0x51,
            3,
            7,
            0xA1,
            0x20,
            0,
            0xFF,
            0x58,
            4,
            4,
            2,
            24,
            8,
            0,
            0xFF,
            0x59,
            2,
            0,
            0,
            0,
            0xFF,
            0x2F,
            0,
        ]),
        .. Track([
            0,
            0xC0,
            40,
            0,
            0xB0,
            7,
            100,
            0,
            0x90,
            60,
            90,
            96,
            64,
            80,
            96,
            0x80,
            60,
            0,
            0,
            64,
            0,
            0,
            0xE0,
            0,
            64,
            96,
            0xF0,
            2,
            0x7E,
            0xF7,
            0,
            0xFF,
            0x2F,
            0,
        ]),
    ];

    private static readonly byte[] Pattern =
    [
        .. "MThd"u8,
        .. new byte[] { 0, 0, 0, 6, 0, 0, 0, 1, 0xE7, 40 },
        .. Track([0, 0x99, 36, 100, 40, 36, 0, 0, 0x99, 38, 100, 0x81, 0, 38, 0, 0, 0xFF, 0x2F, 0]),
    ];

    public static Reader Midi() =>
        new(
            "",
            [Song, Pattern, [.. "RIFF"u8, (byte)(Song.Length + 12), 0, 0, 0, .. "RMIDdata"u8, (byte)Song.Length, 0, 0, 0, .. Song]],
            ["MTrk", "MThd", "RIFF", "RMID", "data", "LIST", "\u00FF/\0"],
            false,
            bytes =>
            {
                var song = MidiReader.Read(bytes, "the input");
                DefectException.Unless(double.IsFinite(song.LengthSeconds) && song.LengthSeconds >= 0, "its length is no number");
                foreach (var note in song.Tracks.SelectMany(track => track.Notes))
                    DefectException.Unless(
                        note is { Length: > 0, Start: >= 0, Pitch: >= 0 and < 128, Velocity: > 0 and < 128 },
                        "a note that cannot be"
                    );
                SongLimits.Require(song, "the input", 24_000);
                DefectException.Unless(
                    MidiReader.Read(MidiWriter.ToBytes(song), "the copy").Tracks.Count <= song.Tracks.Count,
                    "its copy has more tracks"
                );
            }
        );

    public static Reader List(string folder) =>
        new(
            "",
            [
                Bytes.Text(
                    "path,title,composer,collection,licence,source_path,key\na.mid,T,C,K,CC0,x/a,A minor\n\"b,c.mid\",T,C,K,CC0,x/a,\n"
                ),
            ],
            ["path", "\"", ",", "\"\""],
            true,
            bytes =>
            {
                File.WriteAllBytes(Path.Combine(folder, "manifest.csv"), bytes);
                foreach (var entry in ScoreLibrary.Open(folder, 1).Entries)
                    DefectException.Unless(entry is { Path: not null, Title: not null, Licence: not null }, "a cell is null");
            }
        );

    private static byte[] Track(byte[] events) => [.. "MTrk"u8, 0, 0, 0, (byte)events.Length, .. events];
}
