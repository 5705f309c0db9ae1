using System.Text;
using Melody.Music;

namespace Melody.Corpus.Midi;

/// <summary>Walks through the events of one track chunk and hands them to a <see cref="MidiContent"/>.</summary>
internal ref struct MidiTrackParser(ReadOnlySpan<byte> data, MidiContent content, int trackIndex, long startTick)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private long _tick = startTick;

    /// <summary>Whether the end-of-track event was met.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>Reads to the end-of-track event or, where that is missing, to the end of the chunk.</summary>
    public void Parse()
    {
        int status = 0;
        content.BeginTrack(trackIndex);
        while (_position < _data.Length)
        {
            _tick += ReadVariableLength();
            int first = ReadByte();
            if (first == 0xFF)
            {
                HasEnded = !ReadMeta();
                if (HasEnded)
                    break;
            }
            else if (first >= 0xF0)
            {
                ReadSystemEvent(first);
            }
            else if (first >= 0x80)
            {
                status = first;
                ReadChannelEvent(status, ReadData());
            }
            else if (status != 0)
            {
                ReadChannelEvent(status, first); // running status; it is kept across meta events, as many files expect
            }
            else
            {
                throw Broken("an event without a status");
            }
        }
        content.EndTrack(_tick);
    }

    private void ReadChannelEvent(int status, int first)
    {
        int channel = status & 0x0F;
        switch (status & 0xF0)
        {
            case 0x80:
                _ = ReadData();
                content.NoteOff(channel, _tick, first);
                break;
            case 0x90:
                int velocity = ReadData();
                if (velocity == 0)
                    content.NoteOff(channel, _tick, first);
                else
                    content.NoteOn(channel, _tick, first, velocity);
                break;
            case 0xA0:
                _ = ReadData();
                break; // key pressure
            case 0xB0:
                var control = new ControlChange(_tick, first, ReadData());
                content.Part(channel).Controls.Add(control);
                if (first == MidiController.BankSelect)
                    content.Drums.Bank(_tick, channel, control.Value);
                break;
            case 0xC0:
                content.Part(channel).Programs.Add(new(_tick, first));
                break;
            case 0xE0:
                content.Part(channel).PitchBends.Add(new(_tick, first | ReadData() << 7));
                break;
            default:
                break; // channel pressure has no second byte
        }
    }

    // returns false at the end of the track
    private bool ReadMeta()
    {
        int type = ReadByte();
        int length = ReadVariableLength();
        if (length > _data.Length - _position)
            throw Broken("cut off in the middle of an event");
        var body = _data.Slice(_position, length);
        _position += length;
        switch (type)
        {
            case 0x03:
                content.Name(Decode(body));
                break;
            case 0x2F:
                return false;
            case 0x51 when length >= 3:
                content.Tempo(_tick, body[0] << 16 | body[1] << 8 | body[2]);
                break;
            case 0x58 when length >= 2:
                content.Metre(_tick, body[0], body[1]);
                break;
            case 0x59 when length >= 2:
                content.Key(_tick, (sbyte)body[0], body[1] == 1);
                break;
            default:
                break;
        }
        return true;
    }

    private void ReadSystemEvent(int status)
    {
        int length = status switch
        {
            0xF0 or 0xF7 => ReadVariableLength(),
            0xF1 or 0xF3 => 1,
            0xF2 => 2,
            _ => 0,
        };
        if (length > _data.Length - _position)
            throw Broken("cut off in the middle of an event");
        if (status == 0xF0)
            content.Drums.Exclusive(_tick, _data.Slice(_position, length));
        _position += length;
    }

    private int ReadVariableLength()
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            int next = ReadByte();
            value = value << 7 | next & 0x7F;
            if (next < 0x80)
                return value;
        }
        throw Broken("a number of more than four bytes");
    }

    private int ReadByte() => _position < _data.Length ? _data[_position++] : throw Broken("cut off in the middle of an event");

    private int ReadData()
    {
        int value = ReadByte();
        return value < 0x80 ? value : throw Broken("a status byte where a value is due");
    }

    private static string Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(text);
        }
    }

    private readonly MelodyException Broken(string what) =>
        new($"The MIDI file '{content.FileName}' is damaged: track {trackIndex + 1} holds {what} (byte {_position}).");
}
