using System.Security.Cryptography;
using System.Text;

namespace Melody.Studio.Security;

/// <summary>The keys that open the server; none are needed where it listens to this machine only.</summary>
internal sealed class ApiKeys
{
    private const int Shortest = 16;

    private readonly List<(byte[] Hash, string Client)> _keys;

    /// <param name="keys">Keys as text.</param>
    /// <exception cref="MelodyException">One is too short to be safe.</exception>
    public ApiKeys(IEnumerable<string> keys)
    {
        _keys = [.. keys.Select(key => key.Trim()).Where(key => key.Length > 0).Select(Entry)];
    }

    /// <summary>Whether there are any.</summary>
    public bool Any => _keys.Count > 0;

    /// <summary>
    /// Who has a key: a name that does not tell it; null where it opens nothing. Every key is compared, in the same time.
    /// </summary>
    public string? ClientOf(string? key)
    {
        if (key is null)
            return null;
        byte[] hash = Hash(key);
        string? found = null;
        foreach (var (known, client) in _keys)
            if (CryptographicOperations.FixedTimeEquals(known, hash))
                found = client;
        return found;
    }

    /// <summary>Reads a file with one key per line; empty lines and those that begin with # count for nothing.</summary>
    /// <exception cref="MelodyException">It cannot be read, or holds no key.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        try
        {
            List<string> keys = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line is not ("" or ['#', ..]))];
            return keys.Count > 0 ? keys : throw new MelodyException($"'{path}' holds no key; write one per line.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MelodyException($"Cannot read the keys in '{path}': {e.Message}", e);
        }
    }

    private static (byte[], string) Entry(string key) =>
        key.Length >= Shortest
            ? (Hash(key), "key-" + Convert.ToHexStringLower(Hash("client " + key).AsSpan(0, 4)))
            : throw new MelodyException(
                $"An API key has {key.Length} characters; give at least {Shortest}, such as 'openssl rand -hex 16' makes."
            );

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
