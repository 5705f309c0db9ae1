using Melody.Corpus.Records;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Ranks;
using Melody.Weights;

namespace Melody.Training.Data;

/// <summary>Conditions and semantic tokens for the language model.</summary>
/// <param name="Conditions">Ids [batch, conditions], flat.</param>
/// <param name="Codes">[batch, frames, codebooks], flat; -1 where a token is not known, as those of sound in music without any.</param>
/// <param name="Known">[batch, frames], flat: false where the music has ended.</param>
internal sealed record SemanticBatch(long[] Conditions, long[] Codes, bool[] Known)
{
    /// <summary>Known frames of this share of the batch over those of the mean share; 1 where the batch is whole.</summary>
    public double Weight { get; init; } = 1;
}

/// <summary>Which conditions the language model sees; the shares of examples.</summary>
internal sealed record ConditionMix
{
    /// <summary>Examples with neither prefix nor controls, for classifier-free guidance.</summary>
    [Size(0, 1)]
    public double None { get; init; }

    /// <summary>
    /// Of the others, those whose prefix comes from the text tower, as in generation; the audio tower's, as in the paper, for the rest.
    /// </summary>
    [Size(0, 1)]
    public double Text { get; init; }

    /// <summary>Each control token that is not told.</summary>
    [Size(0, 1)]
    public double ControlDropped { get; init; }
}

/// <summary>The described windows of an encoded corpus for the language model; every window of a split is equally likely.</summary>
internal sealed class SemanticWindows : IBatchSource<SemanticBatch>
{
    private readonly EncodedCorpus _corpus;
    private readonly SemanticLanguageModelConfig _config;
    private readonly SemanticVocabulary _vocabulary;
    private readonly IReadOnlyList<EncodedCorpus.WindowId> _windows;
    private readonly ConditionMix _mix;
    private readonly int _batch,
        _books,
        _jitter;
    private readonly long _seed;
    private readonly TokenTransposition? _transposition;
    private readonly double _transposed;

    /// <param name="corpus">The encoded corpus.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="config">Of the model, which the corpus has to fit.</param>
    /// <param name="mix">Which conditions are shown.</param>
    /// <param name="jitter">Tokens by which an example may begin earlier or later than its window.</param>
    /// <param name="batch">Windows in a batch.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="transposition">Of the tokens; null where none is transposed.</param>
    /// <param name="transposed">Share of examples that are transposed, by 1 to 11 semitones.</param>
    /// <param name="heard">Whether only windows with sound are drawn, where there are any.</param>
    /// <exception cref="MelodyException">The corpus does not fit the model, or the split is empty.</exception>
    public SemanticWindows(
        EncodedCorpus corpus,
        DatasetSplit split,
        SemanticLanguageModelConfig config,
        ConditionMix mix,
        int jitter,
        int batch,
        long seed,
        TokenTransposition? transposition = null,
        double transposed = 0,
        bool heard = false
    )
    {
        (_transposition, _transposed) = (transposition, transposed);
        (_corpus, _config, _mix, _jitter, _batch, _seed) = (corpus, config, mix, jitter, batch, seed);
        var plan = corpus.Plan;
        var (given, wanted) = (plan.Sizes(), config.Sizes());
        if (plan.PrefixLevels != config.PrefixLevels || plan.PrefixCodes > config.PrefixCodes || !given.FitsInto(wanted))
            throw new MelodyException(
                $"The encoded corpus does not fit this language model: it has {plan.PrefixLevels} prefix tokens of {plan.PrefixCodes} and "
                    + $"{given} semantic tokens, the model {config.PrefixLevels} of {config.PrefixCodes} and {wanted}; use the "
                    + $"preset of the model."
            );
        _books = given.Count;
        _vocabulary = new(config);
        _windows = corpus.WindowsOf(split);
        if (heard && _windows.Where(corpus.HasAudioPrefix).ToList() is { Count: > 0 } withSound)
            _windows = withSound;
    }

    /// <inheritdoc/>
    public SemanticBatch Create(long index) => Create(index, BatchShare.Whole);

    /// <inheritdoc/>
    public SemanticBatch Create(long index, BatchShare share)
    {
        var random = BatchRandom.For(_seed, index);
        int count = _vocabulary.ConditionCount,
            length = _config.Window;
        var rows = share.Rows(_batch);
        int own = rows.End.Value - rows.Start.Value;
        var batch = new SemanticBatch(new long[own * count], new long[own * length * _books], new bool[own * length]);
        long knownHere = 0,
            knownInAll = 0;
        for (int row = 0; row < _batch; row++)
        {
            var id = _windows[random.Next(_windows.Count)];
            int semitones = Semitones(random);
            var conditions = Conditions(id, semitones, random);
            var piece = _corpus.PieceOf(id);
            int tokens = _corpus.Piece(piece).Tokens;
            int start = Math.Clamp(_corpus.Window(id).Token + random.Next(-_jitter, _jitter + 1), 0, Math.Max(0, tokens - length));
            int known = Math.Min(length, tokens - start),
                b = row - rows.Start.Value;
            knownInAll += known;
            if (b < 0 || b >= own)
                continue;
            knownHere += known;
            conditions.CopyTo(batch.Conditions.AsSpan(b * count));
            var codes = batch.Codes.AsSpan(b * length * _books, known * _books);
            _corpus.ReadTokens(piece, start, codes);
            _transposition?.Apply(semitones, codes);
            _config.Forget(codes);
            batch.Known.AsSpan(b * length, known).Fill(true);
        }
        return share.Parts == 1 ? batch : batch with { Weight = (double)knownHere * share.Parts / knownInAll };
    }

    // without transposition nothing is drawn, so that its trainings see what they always saw
    private int Semitones(Random random)
    {
        if (_transposition is null)
            return 0;
        int semitones = random.Next(1, TokenTransposition.Count);
        return random.NextDouble() < _transposed ? semitones : 0;
    }

    private long[] Conditions(EncodedCorpus.WindowId id, int semitones, Random random)
    {
        var window = _corpus.Window(id);
        // all draws are made for every example, so that the mix does not change which windows are seen
        bool heard = _corpus.HasAudioPrefix(id),
            none = random.NextDouble() < _mix.None,
            text = (random.NextDouble() < _mix.Text || !heard) && window.Texts > 0;
        int said = random.Next(Math.Max(1, window.Texts));
        var told = Enumerable.Range(0, 3).Select(_ => random.NextDouble() >= _mix.ControlDropped).ToArray();
        var ids = _vocabulary.Conditions(
            none ? []
            : text ? _corpus.TextPrefix(id, said)
            : heard ? _corpus.AudioPrefix(id)
            : []
        );
        if (none || !_config.Controls)
            return ids;
        int[] classes = [window.Tempo, TokenTransposition.Key(window.Key, semitones), window.Metre];
        for (int control = 0; control < classes.Length; control++)
            if (told[control] && classes[control] >= 0)
                ids[_config.PrefixLevels + control] += 1 + classes[control];
        return ids;
    }
}
