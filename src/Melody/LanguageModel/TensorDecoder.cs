using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// Runs a <see cref="SemanticLanguageModel"/> forward token by token over a batch of sequences with fixed conditions, on any device.
/// libtorch's products run in the type that the parameters have, so that no step casts weights;
/// single tokens may go through a <see cref="VectorStep"/> instead, conditions and longer pieces never do.
/// </summary>
internal sealed class TensorDecoder : IDisposable
{
    private readonly SemanticLanguageModel _model;
    private readonly KeyValueCache _cache;
    private readonly RotaryEmbedding _rotary;
    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly VectorStep? _vectorStep;
    private readonly int _batch;
    private readonly State _first;
    private State _last;

    /// <param name="model">The model.</param>
    /// <param name="conditions">Condition ids of each sequence.</param>
    /// <param name="vectors">Whether single tokens are computed by a <see cref="VectorStep"/>.</param>
    public TensorDecoder(SemanticLanguageModel model, long[][] conditions, bool vectors)
    {
        (_model, _batch) = (model, conditions.Length);
        var parameter = model.parameters().First();
        (_type, _device) = (parameter.dtype, parameter.device);
        _cache = model.NewCache(conditions.Length, vectors ? ScalarType.Float32 : _type, _device);
        if (vectors)
            _vectorStep = new(model, _cache, conditions.Length);
        using (NewDisposeScope())
            _rotary = model.Rotations(model.Positions, _type, _device).DetachFromDisposeScope();
        var ids = new long[conditions.Length, conditions[0].Length];
        for (int b = 0; b < conditions.Length; b++)
        for (int i = 0; i < conditions[b].Length; i++)
            ids[b, i] = conditions[b][i];
        using (NewDisposeScope())
            _first = _last = Run(tensor(ids), model.Begin);
    }

    /// <summary>The decoder that is fastest for this many sequences.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="conditions">Condition ids of each sequence.</param>
    public static TensorDecoder For(SemanticLanguageModel model, long[][] conditions) =>
        new(model, conditions, vectors: VectorStep.Suits(model, conditions.Length));

    /// <summary>Passes through the network so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Frames of semantic tokens read since the start or the last <see cref="Restart"/>.</summary>
    public int Seen => (int)_cache.Length - _model.Vocabulary.ConditionCount;

    /// <summary>The latest scores of the next frame's first token, [batch, outputs] in rows.</summary>
    public ReadOnlySpan<float> Scores => _last.Scores;

    /// <summary>Scores of the next frame's token of a later codebook, [batch, codes] in rows.</summary>
    /// <param name="book">The codebook, at least 1.</param>
    /// <param name="tokens">The frame's tokens [batch, codebooks]; those of earlier codebooks are looked at.</param>
    public float[] ScoresOf(int book, long[,] tokens)
    {
        using var precision = ComputePrecision.Use(_type);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var frame = tensor(tokens, device: _device);
        return Values(
            _model.Config.UnwrittenCodebooks.Count == 0
                ? _model.Head(book, StateTensor(), frame)
                : _model.Head(book, StateTensor(), frame.clamp_min(0), frame.ge(0))
        );
    }

    /// <summary>Reads further frames of tokens, [batch, n * codebooks] with n at least 1, and returns <see cref="Scores"/>.</summary>
    public ReadOnlySpan<float> Continue(long[,] tokens)
    {
        int books = _model.Vocabulary.Codebooks.Count,
            frames = tokens.GetLength(1) / books;
        if (_vectorStep is null || frames > 1)
        {
            using var scope = NewDisposeScope();
            _last = Run(tensor(tokens).view(tokens.GetLength(0), frames, books), _model.Continue);
            return _last.Scores;
        }
        Evaluations++;
        if (_last == _first)
            _last = new(new float[_first.Vector.Length], new float[_first.Scores.Length]);
        _vectorStep.Run(tokens, _model.Vocabulary.SemanticStart, _last.Vector, books == 1 ? _last.Scores : null);
        if (books > 1)
            _last = _last with { Scores = ScoresOf(0, tokens) };
        return _last.Scores;
    }

    /// <summary>Forgets every semantic token and keeps the conditions.</summary>
    public void Restart()
    {
        _cache.Truncate(_model.Vocabulary.ConditionCount);
        _last = _first;
    }

    private State Run(Tensor ids, Func<Tensor, KeyValueCache, RotaryEmbedding, Tensor> pass)
    {
        using var precision = ComputePrecision.Use(_type);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        Evaluations++;
        var state = pass(ids.to(_device), _cache, _rotary);
        return new(Values(state), Values(_model.Head(0, state, null)));
    }

    private Tensor StateTensor() => tensor(_last.Vector, [_batch, _last.Vector.Length / _batch], device: _device).to_type(_type);

    private static float[] Values(Tensor values) => values.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    /// <param name="Vector">What the transformer makes of all before the next frame, [batch, width] in rows.</param>
    /// <param name="Scores">Of the next frame's first token, [batch, outputs] in rows.</param>
    private sealed record State(float[] Vector, float[] Scores);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _rotary.Dispose();
    }
}
