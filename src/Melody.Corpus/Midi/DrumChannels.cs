namespace Melody.Corpus.Midi;

/// <summary>
/// Which channels play percussion: the tenth by General MIDI, and what a file makes a drum part by the messages of
/// Roland GS (use for rhythm part), Yamaha XG (bank 127 or 126, part mode) and General MIDI 2 (bank 120 for rhythm, 121
/// for melody).
/// </summary>
internal sealed class DrumChannels
{
    private const int All = -1;

    private readonly List<(long Tick, int Channel, bool IsDrums, bool IsBank)> _changes = [];
    private bool _isGs,
        _isXg;

    /// <summary>Takes in a bank's upper half (controller 0).</summary>
    public void Bank(long tick, int channel, int value) =>
        _changes.Add((tick, channel, value is 120 or 126 or 127 || (value != 121 && channel == MidiTrack.DrumChannel), IsBank: true));

    /// <summary>Takes in a system exclusive message without its first byte F0; its last is F7.</summary>
    public void Exclusive(long tick, ReadOnlySpan<byte> body)
    {
        switch (body)
        {
            case [0x7E, _, 0x09, 0x01 or 0x03, ..]: // General MIDI on, General MIDI 2 on
                _changes.Add((tick, All, false, false));
                break;
            case [0x41, _, 0x42, 0x12, 0x40, 0x00, 0x7F, ..]: // GS reset
                _isGs = true;
                _changes.Add((tick, All, false, false));
                break;
            case [0x41, _, 0x42, 0x12, 0x40, >= 0x10 and <= 0x1F and var part, 0x15, var map, ..]: // GS: use for rhythm part
                _isGs = true;
                _changes.Add((tick, GsChannel(part & 0x0F), map > 0, false));
                break;
            case [0x43, >= 0x10 and <= 0x1F, 0x4C, 0x00, 0x00, 0x7E, ..]: // XG on
                _isXg = true;
                _changes.Add((tick, All, false, false));
                break;
            case [0x43, >= 0x10 and <= 0x1F, 0x4C, 0x08, <= 0x0F and var channel, 0x07, var mode, ..]: // XG: part mode
                _isXg = true;
                _changes.Add((tick, channel, mode > 0, false));
                break;
            default:
                break;
        }
    }

    /// <summary>Whether a channel plays percussion at a tick; a bank number of GS alone is a variation, not a drum kit.</summary>
    public bool IsDrums(int channel, long tick)
    {
        var (isDrums, isTold) = (channel == MidiTrack.DrumChannel, false);
        foreach (var change in _changes.Where(change => change.Tick <= tick).OrderBy(change => change.Tick))
            if (change.Channel == All)
                (isDrums, isTold) = (channel == MidiTrack.DrumChannel, false);
            else if (change.Channel == channel && !change.IsBank)
                (isDrums, isTold) = (change.IsDrums, true);
            else if (change.Channel == channel && !isTold && (!_isGs || _isXg))
                isDrums = change.IsDrums;
        return isDrums;
    }

    // block 0 is the tenth channel, 1 to 9 the first nine, the others are themselves
    private static int GsChannel(int block) =>
        block == 0 ? MidiTrack.DrumChannel
        : block <= 9 ? block - 1
        : block;
}
