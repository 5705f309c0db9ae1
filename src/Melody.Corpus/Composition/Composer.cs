using System.Globalization;
using Melody.Corpus.Records;

namespace Melody.Corpus.Composition;

/// <summary>
/// Composes the pieces of a corpus. Piece <c>i</c> depends on the options and on <c>i</c> alone, so that any machine can
/// make any piece. Kinds, groove styles and tonics go round in fixed turns, so that even a small corpus has many of each.
/// </summary>
internal sealed class Composer
{
    /// <summary>The kinds of pieces that can be composed.</summary>
    public static IReadOnlyList<PieceKind> Kinds { get; } =
    [PieceKind.Groove, PieceKind.Solo, PieceKind.Ensemble, PieceKind.Score, PieceKind.Drums, PieceKind.Ambient];

    // what the pieces are, in turn, where all kinds are wanted
    private static readonly PieceKind[] AllTurns =
    [
        PieceKind.Groove,
        PieceKind.Solo,
        PieceKind.Groove,
        PieceKind.Score,
        PieceKind.Groove,
        PieceKind.Ensemble,
        PieceKind.Groove,
        PieceKind.Solo,
        PieceKind.Drums,
        PieceKind.Groove,
        PieceKind.Ensemble,
        PieceKind.Groove,
        PieceKind.Groove,
        PieceKind.Solo,
        PieceKind.Groove,
        PieceKind.Score,
        PieceKind.Groove,
        PieceKind.Ambient,
        PieceKind.Groove,
        PieceKind.Groove,
    ];

    // the same for all corpora, so that no tune is trained on in one and tested with in another
    private const ulong SplitSeed = 20;
    private const int SplitShares = 20;

    private readonly CompositionOptions _options;
    private readonly PieceKind[] _turns;
    private readonly GrooveStyle[] _styles;
    private readonly Ensemble[] _ensembles;
    private readonly ScoreLibrary? _scores;

    /// <summary>Gets ready to compose.</summary>
    /// <exception cref="MelodyException">
    /// MMA is wanted and missing, the folder of scores cannot be used, or a kind of piece cannot be composed.
    /// </exception>
    public Composer(CompositionOptions options)
    {
        _options = options;
        options.Validate();
        if (options.UseMma && !MmaAccompaniment.IsInstalled)
            throw new MelodyException(MmaAccompaniment.InstallHint + ".");
        _turns = options.Kinds.Count == 0 ? AllTurns : [.. AllTurns.Where(options.Kinds.Contains)];
        var order = SeededRandom.For(options.Seed, "order");
        _styles = order.Shuffle(GrooveCatalog.Styles);
        // styles with many grooves come earlier: a small corpus then hears more of them
        _styles = [.. _styles.OrderByDescending(style => Math.Min(style.Main.Count(), 9) / 3)];
        _ensembles = order.Shuffle(Ensemble.All);
        if (options.ScoreFolder is { } folder)
            _scores = ScoreLibrary.Open(folder, options.Seed);
    }

    /// <summary>The piece at a place of the corpus.</summary>
    public ComposedPiece Compose(int index)
    {
        ulong seed = SeededRandom.Derive(_options.Seed, (ulong)index);
        var (round, turn) = (index / _turns.Length, index % _turns.Length);
        var kind = _turns[turn];
        if (kind == PieceKind.Groove && !_options.UseMma)
            kind = index % 2 == 0 ? PieceKind.Ensemble : PieceKind.Solo;
        if (kind == PieceKind.Score && _scores is null)
            kind = _options.UseMma ? PieceKind.Groove : PieceKind.Ensemble;
        int occurrence = round * _turns.Count(t => t == _turns[turn]) + _turns.Take(turn).Count(t => t == _turns[turn]);
        string id = string.Create(CultureInfo.InvariantCulture, $"p{index:000000}");
        return kind switch
        {
            PieceKind.Groove => new BandArranger(seed, index, id, _options).Compose(_styles[GrooveTurn(index) % _styles.Length]),
            PieceKind.Drums => new EnsembleArranger(seed, index, id, _options).ComposeDrums(occurrence),
            PieceKind.Score => _scores!.Arrange(seed, id, occurrence, _options),
            _ => new EnsembleArranger(seed, index, id, _options).Compose(Choose(kind, occurrence, seed)),
        };
    }

    private int GrooveTurn(int index)
    {
        bool IsGroove(PieceKind turn) => turn == PieceKind.Groove || turn == PieceKind.Score && _scores is null;
        return index / _turns.Length * _turns.Count(IsGroove) + _turns.Take(index % _turns.Length).Count(IsGroove);
    }

    // solos and ensembles come from the list and, every other time, are made up
    private Ensemble Choose(PieceKind kind, int occurrence, ulong seed)
    {
        if (kind is PieceKind.Solo or PieceKind.Ensemble && occurrence % 2 == 1)
        {
            var random = SeededRandom.For(seed, "players");
            return kind == PieceKind.Solo ? SmallEnsembles.Solo(occurrence / 2, random) : SmallEnsembles.Duo(occurrence / 2, random);
        }
        if (kind is PieceKind.Solo or PieceKind.Ensemble)
            occurrence /= 2;
        var fitting = _ensembles.Where(ensemble => ensemble.Kind == kind).ToArray();
        return fitting[occurrence % fitting.Length];
    }

    /// <summary>Which split a tune belongs to: 90 % train, 5 % validation, 5 % test, by a hash of its name.</summary>
    public static DatasetSplit SplitOf(string tuneId) =>
        SeededRandom.For(SplitSeed, tuneId).Below(SplitShares) switch
        {
            0 => DatasetSplit.Test,
            1 => DatasetSplit.Validation,
            _ => DatasetSplit.Train,
        };

    /// <summary>The source that every composed piece has.</summary>
    public static SourceRecord OwnSource { get; } = new("composed by Melody", "MIT");
}
