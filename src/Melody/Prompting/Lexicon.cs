using System.Text;

namespace Melody.Prompting;

/// <summary>The words and phrases that the reader knows: <c>lexicon.tsv</c>, one a line with its kind and meaning.</summary>
internal sealed class Lexicon
{
    private const string Resource = "Prompting/lexicon.tsv";

    private static readonly LexemeKind[] Names = [LexemeKind.Instrument, LexemeKind.Orchestra, LexemeKind.Refused];

    private readonly Dictionary<string, List<Entry>> _entries = new(StringComparer.Ordinal);

    private sealed record Entry(string[] Tokens, LexemeKind Kind, string Meaning);

    private Lexicon(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var cells = line.Split('\t');
            var tokens = PromptTokenizer.Read(cells[0], hasCase: false).Select(token => token.Text).ToArray();
            if (!_entries.TryGetValue(tokens[0], out var entries))
                _entries[tokens[0]] = entries = [];
            entries.Add(new(tokens, Enum.Parse<LexemeKind>(cells[1], ignoreCase: true), cells.Length > 2 ? cells[2] : ""));
        }
        foreach (var entries in _entries.Values)
            entries.Sort((a, b) => b.Tokens.Length.CompareTo(a.Tokens.Length));
    }

    /// <summary>The one that is part of the program.</summary>
    public static Lexicon Default { get; } = new(ReadLines());

    /// <summary>The names of instruments that are one word.</summary>
    public IEnumerable<string> InstrumentNames =>
        _entries.Values.SelectMany(entries => entries).Where(IsName).Select(entry => entry.Tokens[0]);

    /// <summary>Whether a word is listed, by itself or as the beginning of a phrase.</summary>
    public bool Lists(string word) => _entries.ContainsKey(word);

    /// <summary>The longest phrase that begins at a token; null where none does. A hyphen between its words makes no difference.</summary>
    public Lexeme? At(PromptText prompt, int i)
    {
        if (_entries.TryGetValue(prompt[i].Text, out var entries))
            foreach (var entry in entries)
                if (End(prompt, i, entry.Tokens) is { } end)
                    return new(entry.Kind, entry.Meaning, i, end);
        return null;
    }

    private static bool IsName(Entry entry) => entry.Tokens.Length == 1 && Names.Contains(entry.Kind);

    private static int? End(PromptText prompt, int i, string[] tokens)
    {
        for (int n = 0; n < tokens.Length; n++, i++)
        {
            if (n > 0 && tokens[n] != "-")
                i = prompt.SkipHyphen(i);
            if (prompt[i].Text != tokens[n])
                return null;
        }
        return i;
    }

    private static List<string> ReadLines()
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).ToList();
    }
}
