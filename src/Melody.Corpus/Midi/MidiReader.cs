using System.Buffers.Binary;
using Melody.Foundation;

namespace Melody.Corpus.Midi;

/// <summary>
/// Reads Standard MIDI Files (RP-001) of format 0, 1 and 2, also inside a RIFF wrapper. Whatever bytes come in, the
/// answer is a song or a <see cref="MelodyException"/>: sizes are checked before they are believed.
/// </summary>
internal static class MidiReader
{
    /// <summary>The longest song that is accepted, in seconds.</summary>
    public const double MaximumSeconds = 2 * 3600;

    /// <summary>The largest file that is accepted, in bytes.</summary>
    public const int MaximumBytes = 16 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="MelodyException">The file cannot be read or is not a song that can be used.</exception>
    public static MidiSong Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                throw new MelodyException($"The file '{path}' does not exist.");
            if (FileLength.Of(path) > MaximumBytes)
                throw TooLarge(path);
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the bytes of a file; <paramref name="name"/> is what error messages call it.</summary>
    /// <exception cref="MelodyException">The bytes are not a song that can be used.</exception>
    public static MidiSong Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > MaximumBytes)
            throw TooLarge(name);
        bytes = RiffMidi.Unwrap(bytes);
        if (bytes.Length < 14 || !bytes.StartsWith("MThd"u8))
            throw new MelodyException($"'{name}' is not a MIDI file.");
        uint headerLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        ushort format = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        short division = BinaryPrimitives.ReadInt16BigEndian(bytes[12..]);
        if (headerLength < 6 || headerLength > bytes.Length - 8)
            throw new MelodyException($"The MIDI file '{name}' has a broken header.");
        if (format > 2)
            throw new MelodyException($"The MIDI file '{name}' is of format {format}; formats 0, 1 and 2 can be read.");
        if (division == 0)
            throw new MelodyException($"The MIDI file '{name}' has zero ticks in a quarter note.");

        var content = new MidiContent(name);
        var rest = bytes[(8 + (int)headerLength)..];
        int tracks = 0;
        while (rest.Length >= 8)
        {
            if (!rest.StartsWith("MTrk"u8))
            {
                rest = rest[(8 + (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), (uint)rest.Length - 8))..];
                continue;
            }
            long start = format == 2 ? content.EndTick : 0; // format 2: patterns that follow each other
            var parser = new MidiTrackParser(rest.Slice(8, TrackChunks.Room(rest)), content, tracks, start);
            parser.Parse();
            tracks++;
            rest = rest[TrackChunks.Next(rest, parser.Position, parser.HasEnded)..];
        }
        if (tracks == 0)
            throw new MelodyException($"The MIDI file '{name}' has no tracks.");
        return Check(content.Build(division), name);
    }

    private static MidiSong Check(MidiSong song, string name)
    {
        double seconds = song.LengthSeconds;
        return seconds <= MaximumSeconds
            ? song
            : throw new MelodyException(
                $"The MIDI file '{name}' lasts {seconds / 3600:0.0} hours; at most {MaximumSeconds / 3600:0} hours can be read, "
                    + $"cut it first."
            );
    }

    private static MelodyException TooLarge(string name) =>
        new($"The MIDI file '{name}' is larger than {MaximumBytes >> 20} MB; is it music?");
}
