using System.Globalization;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Storage;

/// <summary>Counts over all windows of a corpus.</summary>
internal sealed record CorpusStatistics
{
    /// <summary>Hours of audio.</summary>
    public required double Hours { get; init; }

    /// <summary>Complete shards.</summary>
    public required int Shards { get; init; }

    /// <summary>Pieces by split.</summary>
    public required IReadOnlyDictionary<string, int> Pieces { get; init; }

    /// <summary>Windows by split.</summary>
    public required IReadOnlyDictionary<string, int> Windows { get; init; }

    /// <summary>Windows by kind of piece.</summary>
    public required IReadOnlyDictionary<string, int> Kinds { get; init; }

    /// <summary>Windows by genre family.</summary>
    public required IReadOnlyDictionary<string, int> Families { get; init; }

    /// <summary>Windows by groove or texture.</summary>
    public required IReadOnlyDictionary<string, int> Styles { get; init; }

    /// <summary>Pieces by groove of MMA; the fills, openings and endings count too.</summary>
    public required IReadOnlyDictionary<string, int> Grooves { get; init; }

    /// <summary>Windows by tempo: the lower end of each ten beats a minute.</summary>
    public required IReadOnlyDictionary<string, int> Tempi { get; init; }

    /// <summary>Windows by major or minor key; there are 24, however they are spelt.</summary>
    public required IReadOnlyDictionary<string, int> Keys { get; init; }

    /// <summary>Windows in another mode (dorian, blues and so on), by its name and tonic.</summary>
    public required IReadOnlyDictionary<string, int> ModalKeys { get; init; }

    /// <summary>Windows without a key: drums alone, music that changes key, imports that do not say.</summary>
    public required int WithoutKey { get; init; }

    /// <summary>Windows by metre.</summary>
    public required IReadOnlyDictionary<string, int> Metres { get; init; }

    /// <summary>Windows in which each instrument sounds.</summary>
    public required IReadOnlyDictionary<string, int> Instruments { get; init; }

    /// <summary>Pieces by word of production.</summary>
    public required IReadOnlyDictionary<string, int> Production { get; init; }

    /// <summary>Lowest and highest tempo, beats a minute.</summary>
    public required double SlowestBpm { get; init; }

    /// <inheritdoc cref="SlowestBpm"/>
    public required double FastestBpm { get; init; }

    /// <summary>Sentences in all captions.</summary>
    public required int Captions { get; init; }

    /// <summary>Different words in them, in lower case.</summary>
    public required int CaptionWords { get; init; }

    /// <summary>Windows whose first six sentences are, one by one, those of another window.</summary>
    public required int SharedCaptions { get; init; }

    /// <summary>The longest time within a window in which no note sounds, seconds.</summary>
    public required double LongestRest { get; init; }

    /// <summary>Musical sanity of the melodies that were composed; null for an import.</summary>
    public SanityFigures? Sanity { get; init; }

    /// <summary>The same figures of the real melodies; null where the scores are not given.</summary>
    public SanityFigures? ScoreSanity { get; init; }

    /// <summary>
    /// Counts a corpus; with <paramref name="options"/> up to <paramref name="melodies"/> pieces are composed again to judge their
    /// melodies.
    /// </summary>
    public static CorpusStatistics Count(CorpusReader corpus, CompositionOptions? options, int melodies, CancellationToken cancellation)
    {
        var (kinds, families, styles, tempi, keys, modal, metres, instruments) = (
            new Counter(),
            new Counter(),
            new Counter(),
            new Counter(),
            new Counter(),
            new Counter(),
            new Counter(),
            new Counter()
        );
        var words = new HashSet<string>(StringComparer.Ordinal);
        var sentences = new HashSet<string>(StringComparer.Ordinal);
        var (captions, shared, withoutKey, longestRest) = (0, 0, 0, 0.0);
        var (slowest, fastest) = (double.PositiveInfinity, 0.0);
        foreach (var window in corpus.Windows())
        {
            cancellation.ThrowIfCancellationRequested();
            var record = corpus.Describe(window);
            kinds.Add(EnumName<PieceKind>.Of(record.Kind));
            families.Add(EnumName<Genre>.Of(record.Family));
            styles.Add(record.Style);
            if (record.Mode is "major" or "minor")
                keys.Add(record.Key);
            else if (record.Mode is "none" or "unknown")
                withoutKey++;
            else
                modal.Add(record.Key);
            longestRest = Math.Max(longestRest, LongestRestOf(record));
            if (record.Captions.Count > 0 && !sentences.Add(string.Join('\n', record.Captions.Take(6))))
                shared++;
            metres.Add(record.TimeSignature);
            foreach (var instrument in record.Instruments)
                instruments.Add(instrument.Name);
            if (record.Bpm > 0)
            {
                tempi.Add(((int)(record.Bpm / 10) * 10).ToString("D3", CultureInfo.InvariantCulture));
                (slowest, fastest) = (Math.Min(slowest, record.Bpm), Math.Max(fastest, record.Bpm));
            }
            captions += record.Captions.Count;
            foreach (string caption in record.Captions)
                AddWords(caption, words);
        }
        var production = new Counter();
        var grooves = new Counter();
        foreach (string? groove in corpus.Pieces.SelectMany(piece => piece.Record.Grooves))
            grooves.Add(groove);
        foreach (string? word in corpus.Pieces.SelectMany(piece => piece.Record.ProductionWords))
            production.Add(word);
        return new CorpusStatistics
        {
            Hours = Math.Round(corpus.Seconds / 3600, 4),
            Shards = corpus.ShardCount,
            Pieces = Counter.Of(corpus.Pieces.Select(piece => EnumName<DatasetSplit>.Of(piece.Record.Split))),
            Windows = Counter.Of(corpus.Windows().Select(window => EnumName<DatasetSplit>.Of(window.Split))),
            Kinds = kinds.Sorted(),
            Families = families.Sorted(),
            Styles = styles.Sorted(),
            Grooves = grooves.Sorted(),
            Tempi = tempi.ByName(),
            Keys = keys.Sorted(),
            ModalKeys = modal.Sorted(),
            WithoutKey = withoutKey,
            Metres = metres.Sorted(),
            Instruments = instruments.Sorted(),
            Production = production.Sorted(),
            SlowestBpm = double.IsFinite(slowest) ? slowest : 0,
            FastestBpm = fastest,
            Captions = captions,
            CaptionWords = words.Count,
            SharedCaptions = shared,
            LongestRest = Math.Round(longestRest, 3),
            Sanity = options is null ? null : Judge(corpus, options, melodies, isScore: false, cancellation),
            ScoreSanity = options?.ScoreFolder is null ? null : Judge(corpus, options, melodies, isScore: true, cancellation),
        };
    }

    private static void AddWords(string caption, HashSet<string> words)
    {
        foreach (
            string word in caption
                .ToLowerInvariant()
                .Split([' ', ',', '.', ';', ':', '!', '?', '(', ')', '"'], StringSplitOptions.RemoveEmptyEntries)
        )
            if (word.Any(char.IsLetter))
                words.Add(word);
    }

    // notes come in the order of their start; a stroke of the drums rings for a tenth of a second at least
    private static double LongestRestOf(WindowRecord record)
    {
        if (record.Notes.Count == 0)
            return 0;
        var (until, longest) = (0.0, 0.0);
        foreach (var note in record.Notes)
        {
            longest = Math.Max(longest, note.Start - until);
            until = Math.Max(until, note.Start + Math.Max(note.Length, note.Program == Instrument.DrumKit ? 0.1 : 0));
        }
        return Math.Max(longest, record.Length - until);
    }

    // the notes of a melody are not stored; the piece is composed again from its number
    private static SanityFigures Judge(
        CorpusReader corpus,
        CompositionOptions options,
        int melodies,
        bool isScore,
        CancellationToken cancellation
    )
    {
        var composer = new Composer(options);
        var measures = new SanityMeasures();
        foreach (
            var piece in corpus.Pieces.Where(piece =>
                piece.Record.Kind != PieceKind.Drums && piece.Record.Kind == PieceKind.Score == isScore
            )
        )
        {
            cancellation.ThrowIfCancellationRequested();
            if (measures.Pieces >= melodies)
                break;
            measures.Add(composer.Compose(int.Parse(piece.Record.Id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture)));
        }
        return new(
            measures.Pieces,
            Round(measures.StrongBeatChordTones),
            Round(measures.InKey),
            Round(measures.Repetition),
            Round(measures.Steps),
            Round(measures.WideLeaps),
            [.. measures.Intervals.Select(Round)]
        );
    }

    private static double Round(double value) => Math.Round(value, 4);

    private sealed class Counter
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

        public void Add(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;

        public Dictionary<string, int> Sorted() =>
            _counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary();

        public Dictionary<string, int> ByName() => _counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary();

        public static Dictionary<string, int> Of(IEnumerable<string> names)
        {
            var counter = new Counter();
            foreach (string name in names)
                counter.Add(name);
            return counter.Sorted();
        }
    }
}

/// <summary>The figures of <see cref="SanityMeasures"/>.</summary>
internal sealed record SanityFigures(
    int Melodies,
    double StrongBeatChordTones,
    double InKey,
    double Repetition,
    double Steps,
    double WideLeaps,
    IReadOnlyList<double> Intervals
);
