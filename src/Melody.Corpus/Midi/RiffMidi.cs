using System.Buffers.Binary;

namespace Melody.Corpus.Midi;

/// <summary>
/// The RIFF wrapper of MIDI files (RMID): chunks of a name, a length in little endian and a body padded to even length;
/// the file itself is the body of <c>data</c>, wherever that stands among the others (<c>LIST</c>, <c>DISP</c>).
/// </summary>
internal static class RiffMidi
{
    /// <summary>The MIDI file inside; bytes that are not such a wrapper come back as they are.</summary>
    public static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 20 || !bytes.StartsWith("RIFF"u8) || !bytes[8..].StartsWith("RMID"u8))
            return bytes;
        var rest = bytes[12..];
        while (rest.Length >= 8)
        {
            uint length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), (uint)rest.Length - 8);
            if (rest.StartsWith("data"u8))
                return rest.Slice(8, (int)length);
            rest = rest[(int)Math.Min(8 + length + length % 2, rest.Length)..];
        }
        return bytes;
    }
}
