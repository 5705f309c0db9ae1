using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Melody.Fuzz;

/// <summary>
/// Makes hostile inputs of valid ones: bits and bytes, numbers at the edge of their range in both orders, cuts, repeats and splices; of
/// text also
/// other numbers and literals, lines and fields moved, brackets and quotes too many. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(Reader reader, int seed)
{
    private const string Marks = "{}[]\",:\\\n\r\t;|'\0";

    private static readonly string[] Literals =
    [
        "0",
        "-1",
        "1",
        "2147483647",
        "2147483648",
        "-2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "1e308",
        "1e309",
        "-1e400",
        "1e-400",
        "NaN",
        "Infinity",
        "null",
        "true",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "0.1",
        "-0",
        "16777217",
        "65536",
        "00",
        "+1",
        "0x10",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"../../../x\"",
        "\"/x\"",
    ];

    private static readonly byte[][] Edges = [.. EdgesOfNumbers()];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        var bytes = (byte[])Pick(reader.Seeds).Clone();
        int changes = _random.Next(3) == 0 ? _random.Next(1, 21) : _random.Next(1, 4);
        for (int change = 0; change < changes; change++)
            bytes = reader.IsText && _random.Next(3) > 0 ? ChangeText(bytes) : ChangeBytes(bytes);
        return bytes;
    }

    private byte[] ChangeBytes(byte[] bytes)
    {
        int length = bytes.Length,
            from = _random.Next(length + 1),
            to = Math.Min(length, from + _random.Next(64));
        switch (_random.Next(11))
        {
            case 0 or 1 when length > 0:
                bytes[_random.Next(length)] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 2 or 3 when length > 0:
                bytes[Place(length)] = (byte)_random.Next(256);
                return bytes;
            case 4 or 5:
                return Overwrite(bytes, Pick(Edges));
            case 6:
                return bytes[..from];
            case 7:
                return [.. bytes[..from], .. bytes[to..]];
            case 8:
                return [.. bytes[..to], .. bytes[from..]];
            case 9:
                var other = Pick(reader.Seeds);
                return [.. bytes[..from], .. other[_random.Next(other.Length + 1)..]];
            default:
                var word = reader.Words.Count == 0 ? [(byte)_random.Next(256)] : Encoding.UTF8.GetBytes(Pick(reader.Words));
                int at = Place(length + 1);
                return _random.Next(2) == 0 ? Overwrite(bytes, word) : [.. bytes[..at], .. word, .. bytes[at..]];
        }
    }

    private byte[] ChangeText(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        int at = _random.Next(text.Length + 1);
        string changed = _random.Next(7) switch
        {
            0 or 1 or 2 => Replace(text, Pick(Literals)),
            3 => Replace(text, reader.Words.Count == 0 ? "" : Pick(reader.Words)),
            4 => MoveField(text),
            5 => text.Insert(at, Marks[_random.Next(Marks.Length)].ToString()),
            _ => text.Insert(at, new string("[{\"0a "[_random.Next(6)], _random.Next(1, _random.Next(8) == 0 ? 3000 : 20))),
        };
        return Encoding.Latin1.GetBytes(changed);
    }

    private string Replace(string text, string with)
    {
        var tokens = Tokens(text);
        if (tokens.Count == 0)
            return text + with;
        var (from, to) = Pick(tokens);
        return string.Concat(text.AsSpan(0, from), with, text.AsSpan(to));
    }

    private string MoveField(string text)
    {
        char separator = _random.Next(2) == 0 ? '\n' : ',';
        var fields = text.Split(separator).ToList();
        int which = _random.Next(fields.Count);
        if (_random.Next(2) == 0)
            fields.Insert(_random.Next(fields.Count + 1), fields[which]);
        else
            fields.RemoveAt(which);
        return string.Join(separator, fields);
    }

    // numbers, words and quoted texts, as JSON and tables have them
    private static List<(int From, int To)> Tokens(string text)
    {
        var tokens = new List<(int, int)>();
        for (int at = 0; at < text.Length; )
        {
            int end = at + 1;
            if (text[at] == '"')
            {
                while (end < text.Length && text[end] != '"')
                    end += text[end] == '\\' ? 2 : 1;
                end = Math.Min(text.Length, end + 1);
                tokens.Add((at, end));
            }
            else if (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-')
            {
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '+'))
                    end++;
                tokens.Add((at, end));
            }
            at = end;
        }
        return tokens;
    }

    private byte[] Overwrite(byte[] bytes, byte[] with)
    {
        if (bytes.Length >= with.Length)
            with.CopyTo(bytes, Math.Min(Place(bytes.Length), bytes.Length - with.Length));
        return bytes;
    }

    // headers matter most
    private int Place(int length) =>
        length == 0 ? 0
        : _random.Next(2) == 0 ? _random.Next(Math.Min(length, 256))
        : _random.Next(length);

    private T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    private static IEnumerable<byte[]> EdgesOfNumbers()
    {
        foreach (var literal in Literals)
            if (long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                byte[] little = new byte[8],
                    big = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(little, number);
                BinaryPrimitives.WriteInt64BigEndian(big, number);
                foreach (int width in new[] { 2, 3, 4, 8 })
                {
                    yield return little[..width];
                    yield return big[^width..];
                }
            }
        foreach (double number in new[] { double.NaN, double.PositiveInfinity, double.MaxValue, double.Epsilon, -0.0 })
        {
            yield return BitConverter.GetBytes(number);
            yield return BitConverter.GetBytes((float)number);
        }
    }
}
