using System.Globalization;
using System.Security.Cryptography;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>
/// The three files of a shard: audio, records, and a list of their hashes as <c>sha256sum</c> writes it. They are
/// written in this order, each under a temporary name first, so a shard is complete when its list of hashes is there.
/// </summary>
internal sealed class ShardFiles(string folder, int index, ShardFormat format)
{
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"shard-{index:D5}");

    /// <summary>The number of the shard.</summary>
    public int Index => index;

    /// <summary>The audio of all its pieces, one after the other.</summary>
    public string Audio => Path.Combine(folder, $"{_name}.{EnumName<ShardFormat>.Of(format)}");

    /// <summary>One JSON object a line (<see cref="ShardLine"/>).</summary>
    public string Records => Path.Combine(folder, _name + ".jsonl");

    /// <summary>The SHA-256 of both.</summary>
    public string Hashes => Path.Combine(folder, _name + ".sha256");

    /// <summary>Whether the shard was finished.</summary>
    public bool IsComplete => File.Exists(Hashes) && File.Exists(Audio) && File.Exists(Records);

    /// <summary>Takes the shard for this process, or returns null while another process works on it.</summary>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, $".{_name}.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, $".{_name}.lock")))
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MelodyException($"Nothing can be written into '{folder}': permission denied.", e);
        }
    }

    /// <summary>Removes what a run that was killed left of this shard.</summary>
    public void RemoveLeftovers()
    {
        foreach (string file in Directory.EnumerateFiles(folder, $".{_name}.*.tmp"))
            File.Delete(file);
    }

    /// <summary>Writes the list of hashes: the shard is complete.</summary>
    public void Finish() =>
        AtomicFile.WriteText(Hashes, $"{Hash(Audio)}  {Path.GetFileName(Audio)}\n{Hash(Records)}  {Path.GetFileName(Records)}\n");

    /// <summary>Checks one file of the shard against the list.</summary>
    /// <exception cref="MelodyException">It is missing or has changed.</exception>
    public void Check(string path)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(Hashes))
            throw new MelodyException($"'{Hashes}' is missing: shard {index} is not complete; run the build again.");
        if (!File.Exists(path))
            throw new MelodyException($"'{path}' is missing from shard {index}; delete '{Hashes}' and run the build again.");
        string? line = File.ReadLines(Hashes).FirstOrDefault(line => line.EndsWith("  " + name, StringComparison.Ordinal));
        if (line is null || !line.StartsWith(Hash(path), StringComparison.Ordinal))
            throw new MelodyException(
                $"'{path}' is not the file that was made (wrong SHA-256); delete '{Hashes}' and run the build again."
            );
    }

    /// <summary>The hash of the audio that the list names; the name of its cache.</summary>
    /// <exception cref="MelodyException">The list is damaged.</exception>
    public string AudioHash =>
        File.ReadLines(Hashes).FirstOrDefault() is { Length: >= 64 } line && line.Take(64).All(char.IsAsciiHexDigitLower)
            ? line[..64]
            : throw new MelodyException($"'{Hashes}' is damaged; delete it and run the build again.");

    /// <summary>The numbers of the complete shards in a folder, ascending.</summary>
    public static IReadOnlyList<int> FindComplete(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "shard-*.sha256")
                .Select(file => Path.GetFileNameWithoutExtension(file)["shard-".Length..])
                .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1)
                .Where(number => number >= 0)
                .Order(),
        ];

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
