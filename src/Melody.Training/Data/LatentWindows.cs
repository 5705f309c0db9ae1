using System.Globalization;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Data;

/// <summary>Latents with the semantic tokens that sound in them and the prompts that they answer.</summary>
/// <param name="Latents">[batch, frames, channels], flat, in [-1, 1].</param>
/// <param name="Tokens">[batch, tokens, codebooks], flat.</param>
/// <param name="Prefixes">
/// Prefix tokens of the prompts, [batch, levels], flat, -1 where an example has no prompt; empty where the denoiser hears none.
/// </param>
/// <param name="Styled">
/// Other passages of the same pieces, whose style the denoiser hears; null where it hears none.
/// </param>
internal sealed record LatentBatch(float[] Latents, long[] Tokens, long[] Prefixes, StyledPassages? Styled = null)
{
    /// <summary>The latents as the denoiser sees them, scaled, [batch, frames, channels].</summary>
    public Tensor ScaledLatents(DenoiserConfig config, Device device) =>
        tensor(Latents, [Examples(config), config.Frames, config.LatentChannels], ScalarType.Float32, device) * config.LatentScale;

    /// <summary>The tokens, int64 [batch, tokens, codebooks].</summary>
    public Tensor TokenTensor(DenoiserConfig config, Device device) =>
        tensor(Tokens, [Examples(config), config.WindowTokens(), config.Sizes().Count], ScalarType.Int64, device);

    private long Examples(DenoiserConfig config) => Latents.Length / config.Frames / config.LatentChannels;
}

/// <summary>Which prompts the denoiser hears.</summary>
/// <param name="Text">Share of texts; the others come from the audio tower.</param>
/// <param name="Dropped">Share of examples without a prompt.</param>
internal readonly record struct PromptMix(double Text, double Dropped);

/// <summary>
/// Windows of an encoded corpus for the denoiser: each begins with a semantic token, at a random one, and every possible
/// window of a split is equally likely. Music shorter than a window plays again from its start: nothing is filled up.
/// </summary>
internal sealed class LatentWindows : IBatchSource<LatentBatch>
{
    // of a passage whose style is heard, and between it and the window: what lies nearer would tell the window's own latents
    private const double ShortestStyleSeconds = 3,
        StyleDistanceSeconds = 0.5;

    private readonly EncodedCorpus _corpus;
    private readonly DenoiserConfig _config;
    private readonly IReadOnlyList<EncodedCorpus.PieceId> _pieces;
    private readonly long[] _ends;
    private readonly int _batch,
        _books,
        _tokens,
        _styledTokens,
        _shortestStyle,
        _styleDistance;
    private readonly long _seed;
    private readonly PromptMix _mix;
    private readonly ILookup<EncodedCorpus.PieceId, EncodedCorpus.WindowId>? _described;

    /// <param name="corpus">The encoded corpus.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="config">Of the denoiser, which the corpus has to fit.</param>
    /// <param name="batch">Windows in a batch.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="mix">Of prompts, for a denoiser that hears them.</param>
    /// <param name="described">Whether prefixes are told although the denoiser hears none.</param>
    /// <exception cref="MelodyException">The corpus does not fit the denoiser, or the split is empty.</exception>
    public LatentWindows(
        EncodedCorpus corpus,
        DatasetSplit split,
        DenoiserConfig config,
        int batch,
        long seed,
        PromptMix mix = default,
        bool described = false
    )
    {
        (_corpus, _config, _batch, _seed, _mix) = (corpus, config, batch, seed, mix);
        RequireFit(corpus.Plan, config);
        _books = corpus.Plan.Sizes().Count;
        _tokens = config.WindowTokens();
        _pieces = corpus.PiecesOf(split, Math.Min(_tokens, corpus.Plan.SampleRate / corpus.Plan.TokenHop));
        if (_pieces.Any(piece => corpus.Piece(piece).Frames == 0))
            throw new MelodyException("The encoded corpus has music without latents, which a denoiser cannot learn from; leave it out.");
        long end = 0;
        _ends = [.. _pieces.Select(piece => end += Whole(piece) >= _tokens ? Whole(piece) - _tokens + 1 : Whole(piece))];
        _styledTokens = config.StylePrompts ? StyleMeasure.LongestSeconds * config.TokenRate : 0;
        _shortestStyle = (int)(ShortestStyleSeconds * config.TokenRate);
        _styleDistance = (int)(StyleDistanceSeconds * config.TokenRate);
        if (config.HearsEmbedding || described)
            _described = corpus.WindowsOf(split).ToLookup(corpus.PieceOf);
    }

    /// <summary>Windows in a batch.</summary>
    public int Batch => _batch;

    /// <inheritdoc/>
    public LatentBatch Create(long index) => Create(index, BatchShare.Whole);

    /// <inheritdoc/>
    public LatentBatch Create(long index, BatchShare share)
    {
        var random = BatchRandom.For(_seed, index);
        int frames = _config.Frames * _config.LatentChannels;
        int levels = _described is null ? 0 : _corpus.Plan.PrefixLevels;
        var rows = share.Rows(_batch);
        int first = rows.Start.Value,
            own = rows.End.Value - first;
        var batch = new LatentBatch(new float[own * frames], new long[own * _tokens * _books], new long[own * levels]);
        var places = new (EncodedCorpus.PieceId Piece, int Token)[_batch];
        for (int b = 0; b < _batch; b++)
        {
            long number = random.NextInt64(_ends[^1]);
            int at = BatchRandom.Find(_ends, number);
            int token = (int)(number - (at == 0 ? 0 : _ends[at - 1]));
            places[b] = (_pieces[at], token);
        }
        for (int b = 0; b < own; b++)
        {
            var tokens = batch.Tokens.AsSpan(b * _tokens * _books, _tokens * _books);
            Read(places[first + b].Piece, places[first + b].Token, tokens, batch.Latents.AsSpan(b * frames, frames));
        }
        for (int row = 0; row < _batch && levels > 0; row++)
        {
            var prefix = Prefix(places[row].Piece, places[row].Token, random);
            if (row >= first && row < first + own)
                prefix.CopyTo(batch.Prefixes, (row - first) * levels);
        }
        return _styledTokens == 0 ? batch : batch with { Styled = Styled(places, rows, random) };
    }

    private StyledPassages Styled((EncodedCorpus.PieceId Piece, int Token)[] places, Range rows, Random random)
    {
        var drawn = Array.ConvertAll(places, place => (place.Piece, Passage: Passage(place.Piece, place.Token, random)));
        var own = drawn[rows];
        int frames = _styledTokens * _corpus.Plan.FramesPerToken * _config.LatentChannels,
            tokens = _styledTokens * _books;
        var passages = new StyledPassages(
            new float[own.Length * frames],
            new long[own.Length * tokens],
            Array.ConvertAll(own, o => o.Passage.Count)
        );
        for (int b = 0; b < own.Length; b++)
        {
            var (piece, (first, count)) = own[b];
            _corpus.ReadTokens(piece, first, passages.Tokens.AsSpan(b * tokens, count * _books));
            var latents = passages.Latents.AsSpan(b * frames, frames / _styledTokens * count);
            _corpus.ReadLatents(piece, (long)first * _corpus.Plan.FramesPerToken, latents);
        }
        return passages;
    }

    // before or behind the window, of any length; none where there is too little of the piece, or none shall be heard
    private (int First, int Count) Passage(EncodedCorpus.PieceId piece, int token, Random random)
    {
        double dropped = random.NextDouble(),
            side = random.NextDouble(),
            length = random.NextDouble(),
            place = random.NextDouble();
        int behind = token + _tokens + _styleDistance,
            left = Math.Max(0, token - _styleDistance),
            right = Math.Max(0, Whole(piece) - behind);
        (left, right) = (left < _shortestStyle ? 0 : left, right < _shortestStyle ? 0 : right);
        // one that is shorter than a window plays again and again: all of it is in the window
        if (Whole(piece) < _tokens || left + right == 0 || dropped < _mix.Dropped)
            return (0, 0);
        bool before = side * (left + right) < left;
        int room = before ? left : right,
            longest = Math.Min(room, _styledTokens),
            count = _shortestStyle + (int)(length * (longest - _shortestStyle + 1));
        return ((before ? 0 : behind) + (int)(place * (room - count + 1)), count);
    }

    // tokens of a piece; in one shorter than a window only those whose frames are all there
    private int Whole(EncodedCorpus.PieceId id)
    {
        var piece = _corpus.Piece(id);
        return piece.Tokens >= _tokens ? piece.Tokens : Math.Max(1, Math.Min(piece.Tokens, piece.Frames / _corpus.Plan.FramesPerToken));
    }

    private void Read(EncodedCorpus.PieceId id, int token, Span<long> tokens, Span<float> latents)
    {
        int frames = tokens.Length / _books,
            perToken = latents.Length / frames,
            whole = Whole(id);
        for (int done = 0; done < frames; )
        {
            int count = Math.Min(frames - done, whole - token);
            _corpus.ReadTokens(id, token, tokens.Slice(done * _books, count * _books));
            _corpus.ReadLatents(id, (long)token * _corpus.Plan.FramesPerToken, latents.Slice(done * perToken, count * perToken));
            (done, token) = (done + count, 0);
        }
    }

    // of the described window that begins nearest
    private long[] Prefix(EncodedCorpus.PieceId piece, int token, Random random)
    {
        bool dropped = random.NextDouble() < _mix.Dropped,
            text = random.NextDouble() < _mix.Text;
        double said = random.NextDouble();
        var near = _described![piece].Cast<EncodedCorpus.WindowId?>().MinBy(id => Math.Abs(_corpus.Window(id!.Value).Token - token));
        if (dropped || near is not { } window)
            return [.. Enumerable.Repeat(-1L, _corpus.Plan.PrefixLevels)];
        int texts = _corpus.Window(window).Texts;
        return text && texts > 0 ? _corpus.TextPrefix(window, (int)(said * texts)) : _corpus.AudioPrefix(window);
    }

    /// <summary>The standard deviation of a split's latents around zero, over batches of this source.</summary>
    public double Deviation(int batches)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < batches; i++)
        {
            var latents = Create(i).Latents;
            foreach (float value in latents)
                sum += (double)value * value;
            count += latents.Length;
        }
        return Math.Sqrt(sum / count);
    }

    private static void RequireFit(EncodedPlan plan, DenoiserConfig config)
    {
        if (
            plan.LatentChannels == config.LatentChannels
            && plan.Sizes().FitsInto(config.Sizes())
            && plan.LatentHop * config.LatentRate == plan.SampleRate
            && plan.TokenHop * config.TokenRate == plan.SampleRate
        )
            return;
        throw new MelodyException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The encoded corpus does not fit this denoiser: it has {plan.LatentChannels} channels at "
                    + $"{(double)plan.SampleRate / plan.LatentHop} Hz and {plan.Sizes()} tokens at "
                    + $"{(double)plan.SampleRate / plan.TokenHop} Hz, the denoiser {config.LatentChannels} at {config.LatentRate} Hz "
                    + $"and {config.Sizes()} at {config.TokenRate} Hz; use the preset of the model."
            )
        );
    }
}
