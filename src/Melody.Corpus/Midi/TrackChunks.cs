using System.Buffers.Binary;

namespace Melody.Corpus.Midi;

/// <summary>
/// Where the track chunks of a file end. Lengths are often wrong by a few bytes, so the length in the chunk's head is
/// believed only while the bytes agree: a track that has met its end-of-track event ends before the next head, and one
/// whose length leads to neither a head nor the end of the file goes on to the next track's head.
/// </summary>
internal static class TrackChunks
{
    private const int Head = 8;

    /// <summary>The most bytes that the events of the track at the start of <paramref name="chunk"/>, head included, can take.</summary>
    public static int Room(ReadOnlySpan<byte> chunk)
    {
        int end = DeclaredEnd(chunk);
        if (end == chunk.Length || IsHead(chunk[end..]))
            return end - Head;
        int next = chunk[end..].IndexOf("MTrk"u8);
        return (next < 0 ? chunk.Length : end + next) - Head;
    }

    /// <summary>Where the next chunk begins, counted from the head of this one.</summary>
    /// <param name="chunk">From the track's head to the end of the file.</param>
    /// <param name="used">Bytes that the events took.</param>
    /// <param name="hasEnded">Whether the last of them was the end of the track.</param>
    public static int Next(ReadOnlySpan<byte> chunk, int used, bool hasEnded)
    {
        int end = Math.Max(DeclaredEnd(chunk), Head + used);
        if (!hasEnded)
            return end;
        int next = chunk[(Head + used)..].IndexOf("MTrk"u8);
        return next >= 0 && Head + used + next < end ? Head + used + next : end;
    }

    private static int DeclaredEnd(ReadOnlySpan<byte> chunk) =>
        Head + (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), (uint)chunk.Length - Head);

    // a name of four printable characters and a length that fits; padding and events look different
    private static bool IsHead(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Head
        && bytes[..4].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
        && (bytes.StartsWith("MTrk"u8) || BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) <= bytes.Length - Head);
}
