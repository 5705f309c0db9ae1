using System.Runtime.InteropServices;
using Melody.Foundation;
using Melody.Nn;
using Melody.Runtime;
using Melody.Steering;

namespace Melody.LanguageModel;

/// <summary>
/// Songs in the making: tokens so far, and the keys and values of the window that the model sees. For one thread at a time.
/// </summary>
/// <remarks>
/// <para>A token stands here for a frame: where it has several codebooks, its tokens are drawn one after the other.</para>
/// <para>The window slides by recomputing: token n is drawn from the conditions and tokens s(n) .. n - 1, where
/// s(n) = hop * ceil(max(0, n - (window - 1)) / hop). So positions never exceed those seen in training, the prefix stays
/// visible for ever, and between 187 and 249 earlier tokens are seen (window 250, hop 63: the paper's continuation). When
/// s moves, the keys and values of the conditions are kept, as nothing before them changes, and those of the remaining
/// tokens are computed again at their new positions, in one pass every hop tokens.</para>
/// <para>As s(n) and the random number depend on n only, a song written in several pieces equals one written at once.</para>
/// </remarks>
internal sealed class SemanticSession : IDisposable
{
    private const ulong RandomStream = 0x4C4D; // "LM"

    private readonly SemanticLanguageModelConfig _config;
    private readonly TokenSamplingOptions _options;
    private readonly TensorDecoder _decoder;
    private readonly List<long>[] _songs;
    private readonly CounterRandom[] _random;
    private readonly FactGuidance.Target[]? _targets;
    private readonly CodebookSizes _books;
    private readonly int _outputStart;
    private int _windowStart;

    public SemanticSession(
        SemanticLanguageModel model,
        IReadOnlyList<SemanticRequest> songs,
        TokenSamplingOptions options,
        FactGuidance? facts = null
    )
    {
        options.Validate();
        if (songs.Count == 0)
            throw new ArgumentException("There is no song to write.", nameof(songs));
        if (songs.Any(s => s.Earlier.Count != songs[0].Earlier.Count))
            throw new ArgumentException("Songs in one session begin with equally many tokens.", nameof(songs));
        (_config, _options) = (model.Config, options);
        _books = model.Vocabulary.Codebooks;
        foreach (var song in songs)
            _books.Require(song.Earlier, nameof(songs));
        _songs = [.. songs.Select(s => s.Earlier.ToList())];
        foreach (var song in _songs)
            _config.Forget(CollectionsMarshal.AsSpan(song));
        _random = [.. songs.Select(s => new CounterRandom(s.Seed, RandomStream))];
        if (facts is not null && options.Steering != 0)
            _targets = [.. songs.Select(s => facts.For(s.Controls, s.Earlier, options.Steering))];
        _outputStart = model.Vocabulary.OutputStart;
        var conditions = songs.Select(s => model.Vocabulary.Conditions([.. s.Prefix], s.Controls));
        if (Guided)
            conditions = conditions.Concat(songs.Select(_ => model.Vocabulary.Conditions([])));
        _decoder = TensorDecoder.For(model, [.. conditions]);
    }

    /// <summary>Passes through the transformer so far (the paper's NFE): one a frame, and one more when the window moves.</summary>
    public int Evaluations => _decoder.Evaluations;

    /// <summary>Frames that each song has, earlier ones included.</summary>
    public int Length => _songs[0].Count / _books.Count;

    private bool Guided => _options.SemanticGuidance != 1;

    private int Copies => Guided ? 2 : 1;

    /// <summary>
    /// Writes <paramref name="count"/> more frames in each song and returns their tokens, [frames, codebooks] flat: those of
    /// <see cref="SemanticLanguageModelConfig.UnwrittenCodebooks"/> are <see cref="CodebookSizes.Unknown"/>.
    /// </summary>
    public long[][] Next(int count, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int before = _songs[0].Count;
        var frame = new long[_songs.Length * Copies, _books.Count];
        for (int n = 0; n < count; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int book = 0; book < _books.Count; book++)
            {
                bool written = !_config.UnwrittenCodebooks.Contains(book);
                var scores =
                    book == 0 ? Scores()
                    : written ? _decoder.ScoresOf(book, frame)
                    : default;
                for (int i = 0; i < _songs.Length; i++)
                {
                    long token = written ? Draw(scores, i, book) : CodebookSizes.Unknown;
                    _songs[i].Add(token);
                    for (int row = i; row < frame.GetLength(0); row += _songs.Length)
                        frame[row, book] = token;
                }
            }
            for (int i = 0; i < _songs.Length; i++)
                _targets?[i].Observe(CollectionsMarshal.AsSpan(_songs[i])[^_books.Count..]);
            progress?.Report(n + 1);
        }
        return [.. _songs.Select(s => s.GetRange(before, count * _books.Count).ToArray())];
    }

    /// <summary>Index of the first token that token <paramref name="n"/> is drawn from.</summary>
    internal static int WindowStart(int n, int window, int hop)
    {
        int beyond = Math.Max(0, n - (window - 1));
        return (beyond + hop - 1) / hop * hop;
    }

    // brings the decoder up to the tokens of the window and returns the scores of the next
    private ReadOnlySpan<float> Scores()
    {
        int start = WindowStart(Length, _config.Window, _config.WindowHop);
        if (start != _windowStart)
        {
            _decoder.Restart();
            _windowStart = start;
        }
        int known = start + _decoder.Seen;
        return known == Length ? _decoder.Scores : _decoder.Continue(Tokens(known, Length - known));
    }

    private long[,] Tokens(int first, int count)
    {
        var tokens = new long[_songs.Length * Copies, count * _books.Count];
        for (int row = 0; row < tokens.GetLength(0); row++)
        for (int t = 0; t < tokens.GetLength(1); t++)
            tokens[row, t] = _songs[row % _songs.Length][first * _books.Count + t];
        return tokens;
    }

    private long Draw(ReadOnlySpan<float> scores, int song, int book)
    {
        var steered = Steer(Guide(scores, song, book), song, book);
        return TokenChoice.Draw(steered, _options, _random[song].Uniform((ulong)_songs[song].Count));
    }

    private ReadOnlySpan<float> Guide(ReadOnlySpan<float> scores, int song, int book)
    {
        int width = scores.Length / (_songs.Length * Copies);
        var own = scores.Slice(song * width + _outputStart, _books[book]);
        if (!Guided)
            return own;
        var free = scores.Slice((song + _songs.Length) * width + _outputStart, _books[book]);
        var guided = new float[own.Length];
        for (int i = 0; i < guided.Length; i++)
            guided[i] = (float)(free[i] + _options.SemanticGuidance * ((double)own[i] - free[i]));
        return guided;
    }

    private ReadOnlySpan<float> Steer(ReadOnlySpan<float> scores, int song, int book)
    {
        if (_targets is null)
            return scores;
        var steered = scores.ToArray();
        _targets[song].AddTo(book, steered);
        return steered;
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();
}
