using System.Text;

namespace Melody.Conditioning;

/// <summary>
/// The words that a text tower knows, one a line in the order of their ids: the file <see cref="FileName"/> of a model
/// folder. An untrained model has none; its words are all hashed.
/// </summary>
internal sealed class Vocabulary
{
    /// <summary>Name of the file that travels with the weights.</summary>
    public const string FileName = "vocabulary.txt";

    private readonly Dictionary<string, int> _ids;

    /// <exception cref="MelodyException">A word occurs twice or is blank.</exception>
    public Vocabulary(IReadOnlyList<string> words)
    {
        Words = words;
        _ids = new(words.Count, StringComparer.Ordinal);
        for (int id = 0; id < words.Count; id++)
            if (string.IsNullOrWhiteSpace(words[id]) || !_ids.TryAdd(words[id], id))
                throw new MelodyException(
                    $"Line {id + 1} of the vocabulary is blank or repeats an earlier line; get the model's {FileName} again."
                );
    }

    /// <summary>No words at all.</summary>
    public static Vocabulary Empty { get; } = new([]);

    /// <summary>The words; a word's place is its id.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Number of words.</summary>
    public int Count => Words.Count;

    /// <summary>The word's id, or -1.</summary>
    public int IdOf(string word) => _ids.GetValueOrDefault(word, -1);

    /// <summary>The content of the file: one word a line.</summary>
    public string ToText() => string.Concat(Words.Select(word => word + "\n"));

    /// <summary>Takes the content of the file apart again.</summary>
    /// <exception cref="MelodyException">A line is blank or a word occurs twice.</exception>
    public static Vocabulary Parse(string text) =>
        new(
            text.TrimEnd('\n', '\r').Split('\n') is [""] ? [] : [.. text.TrimEnd('\n', '\r').Split('\n').Select(line => line.TrimEnd('\r'))]
        );

    /// <summary>Reads the file.</summary>
    /// <exception cref="MelodyException">The file is missing, is not UTF-8 text, or does not hold one word a line.</exception>
    public static Vocabulary Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new MelodyException($"The vocabulary '{path}' cannot be read ({e.Message}); get the model's {FileName} again.", e);
        }
    }
}
