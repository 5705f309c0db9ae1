using System.Text;
using Melody.Corpus.Midi;
using Melody.Foundation;

namespace Melody.Tests.Corpus.Midi;

/// <summary>Writes a song as a Standard MIDI File of format 1: a track with title, tempi, metres and keys, then one a part.</summary>
internal static class MidiWriter
{
    /// <summary>Writes a file: complete, or not at all.</summary>
    /// <exception cref="MelodyException">The file cannot be written there.</exception>
    public static void Write(MidiSong song, string path)
    {
        var bytes = ToBytes(song);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The bytes of the file.</summary>
    public static byte[] ToBytes(MidiSong song)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(song.TicksPerQuarter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(song.TicksPerQuarter, short.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(song.Tracks.Count, ushort.MaxValue - 1);
        var file = new List<byte>();
        file.AddRange("MThd"u8);
        file.AddRange([0, 0, 0, 6, 0, 1]);
        AddUInt16(file, song.Tracks.Count + 1);
        AddUInt16(file, song.TicksPerQuarter);
        AddTrack(file, ConductorEvents(song));
        foreach (var track in song.Tracks)
            AddTrack(file, PartEvents(track));
        return [.. file];
    }

    // Order at the same tick: releases, then settings, then strikes, so that a note never loses its program or its end.
    private enum Order
    {
        Name,
        Release,
        Setting,
        Strike,
    }

    private readonly record struct Event(long Tick, Order Order, byte[] Bytes);

    private static IEnumerable<Event> ConductorEvents(MidiSong song)
    {
        if (song.Title.Length > 0)
            yield return new(0, Order.Name, Meta(0x03, Encoding.UTF8.GetBytes(song.Title)));
        foreach (var tempo in song.Tempos)
            yield return new(
                tempo.Tick,
                Order.Setting,
                Meta(
                    0x51,
                    [
                        (byte)(tempo.MicrosecondsPerQuarter >> 16),
                        (byte)(tempo.MicrosecondsPerQuarter >> 8),
                        (byte)tempo.MicrosecondsPerQuarter,
                    ]
                )
            );
        foreach (var metre in song.TimeSignatures)
            yield return new(metre.Tick, Order.Setting, Meta(0x58, [(byte)metre.Numerator, (byte)int.Log2(metre.Denominator), 24, 8]));
        foreach (var key in song.KeySignatures)
            yield return new(key.Tick, Order.Setting, Meta(0x59, [(byte)(sbyte)key.Sharps, (byte)(key.IsMinor ? 1 : 0)]));
    }

    private static IEnumerable<Event> PartEvents(MidiTrack track)
    {
        byte Status(int kind) => (byte)(kind | Checked(track.Channel, 15));
        if (track.Name.Length > 0)
            yield return new(0, Order.Name, Meta(0x03, Encoding.UTF8.GetBytes(track.Name)));
        foreach (var control in track.Controls)
            yield return new(control.Tick, Order.Setting, [Status(0xB0), Checked(control.Controller), Checked(control.Value)]);
        foreach (var change in track.Programs)
            yield return new(change.Tick, Order.Setting, [Status(0xC0), Checked(change.Program)]);
        foreach (var bend in track.PitchBends)
            yield return new(bend.Tick, Order.Setting, [Status(0xE0), Checked(bend.Value & 0x7F), Checked(bend.Value >> 7)]);
        foreach (var note in track.Notes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(note.Length, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(note.Velocity, 1);
            yield return new(note.Start, Order.Strike, [Status(0x90), Checked(note.Pitch), Checked(note.Velocity)]);
            yield return new(note.End, Order.Release, [Status(0x80), Checked(note.Pitch), 64]);
        }
    }

    private static void AddTrack(List<byte> file, IEnumerable<Event> events)
    {
        var body = new List<byte>();
        var tick = 0L;
        foreach (var next in events.OrderBy(e => e.Tick).ThenBy(e => e.Order))
        {
            AddDelta(body, next.Tick - tick);
            body.AddRange(next.Bytes);
            tick = next.Tick;
        }
        body.AddRange([0, 0xFF, 0x2F, 0]);
        file.AddRange("MTrk"u8);
        AddUInt16(file, body.Count >> 16);
        AddUInt16(file, body.Count & 0xFFFF);
        file.AddRange(body);
    }

    // A delta holds 28 bits; an empty text event bridges longer waits.
    private static void AddDelta(List<byte> body, long delta)
    {
        const int longest = 0x0FFFFFFF;
        ArgumentOutOfRangeException.ThrowIfNegative(delta);
        for (; delta > longest; delta -= longest)
        {
            AddVariableLength(body, longest);
            body.AddRange([0xFF, 0x01, 0]);
        }
        AddVariableLength(body, (int)delta);
    }

    private static byte[] Meta(byte type, byte[] content)
    {
        var bytes = new List<byte> { 0xFF, type };
        AddVariableLength(bytes, content.Length);
        bytes.AddRange(content);
        return [.. bytes];
    }

    private static void AddVariableLength(List<byte> bytes, int value)
    {
        for (var shift = 21; shift > 0; shift -= 7)
            if (value >> shift != 0)
                bytes.Add((byte)(value >> shift & 0x7F | 0x80));
        bytes.Add((byte)(value & 0x7F));
    }

    private static void AddUInt16(List<byte> bytes, int value)
    {
        bytes.Add((byte)(value >> 8));
        bytes.Add((byte)value);
    }

    private static byte Checked(int value, int maximum = 127)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum);
        return (byte)value;
    }
}
