using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Melody.Studio.Store;

/// <summary>Ids in the order of their making: 24 hexadecimal digits, of which 16 count time and 8 cannot be guessed.</summary>
internal static class TimedId
{
    /// <summary>Digits of an id.</summary>
    public const int Length = 24;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private static long s_last;

    /// <summary>An id above all that this process made before.</summary>
    public static string New()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 12,
            last,
            next;
        do
        {
            last = Volatile.Read(ref s_last);
            next = Math.Max(now, last + 1);
        } while (Interlocked.CompareExchange(ref s_last, next, last) != last);
        uint random = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return string.Create(CultureInfo.InvariantCulture, $"{next:x16}{random:x8}");
    }

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsValid(string? text) => text?.Length == Length && !text.AsSpan().ContainsAnyExcept(Digits);
}
