namespace Melody.Audio;

/// <summary>
/// Checks the codebooks of a Vorbis setup header (Vorbis I, section 3.2.1) before a decoder allocates what they ask for: a
/// few bytes can claim tables of gigabytes, or lengths that never end.
/// </summary>
internal ref struct VorbisSetup
{
    private const long MostEntries = 1 << 20,
        MostValues = 1 << 23;

    private readonly ReadOnlySpan<byte> _bytes;
    private long _bit;

    private VorbisSetup(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Reads the codebooks of the header.</summary>
    /// <exception cref="InvalidDataException">They are damaged or absurdly large.</exception>
    public static void Check(ReadOnlySpan<byte> packet)
    {
        if (!packet.StartsWith("\u0005vorbis"u8))
            throw Bad();
        var setup = new VorbisSetup(packet[7..]);
        long entries = 0,
            values = 0;
        for (long books = setup.Read(8) + 1; books > 0; books--)
        {
            var (bookEntries, bookValues) = setup.Codebook();
            entries += bookEntries;
            values += bookValues;
            if (entries > MostEntries || values > MostValues)
                throw Bad();
        }
    }

    private (long Entries, long Values) Codebook()
    {
        if (Read(24) != 0x564342)
            throw Bad();
        long dimensions = Read(16),
            entries = Read(24);
        if (entries is 0 or > MostEntries || dimensions == 0)
            throw Bad();
        if (Read(1) == 1)
            OrderedLengths(entries);
        else
        {
            bool sparse = Read(1) == 1;
            for (long i = 0; i < entries; i++)
                if (!sparse || Read(1) == 1)
                    Read(5);
        }
        long lookup = Read(4);
        if (lookup == 0)
            return (entries, 0);
        if (lookup > 2 || entries * dimensions > MostValues)
            throw Bad();
        Skip(64);
        long bits = Read(4) + 1;
        Skip(1);
        Skip(bits * (lookup == 1 ? Root(entries, dimensions) : entries * dimensions));
        return (entries, entries * dimensions);
    }

    private void OrderedLengths(long entries)
    {
        long length = Read(5) + 1;
        for (long at = 0; at < entries; length++)
        {
            at += Read(64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(entries - at)));
            if (length > 32 || at > entries)
                throw Bad();
        }
    }

    // The largest number whose power of so many dimensions is not above the entries.
    private static long Root(long entries, long dimensions)
    {
        long root = 1;
        while (Math.Pow(root + 1, dimensions) <= entries)
            root++;
        return root;
    }

    private long Read(int count)
    {
        long value = 0;
        for (int i = 0; i < count; i++, _bit++)
        {
            if (_bit >> 3 >= _bytes.Length)
                throw Bad();
            value |= (long)(_bytes[(int)(_bit >> 3)] >> (int)(_bit & 7) & 1) << i;
        }
        return value;
    }

    private void Skip(long bits)
    {
        _bit += bits;
        if (_bit > _bytes.Length * 8L)
            throw Bad();
    }

    private static InvalidDataException Bad() => new("its codebooks are damaged");
}
