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
    private readonly float[] _first;
    private float[] _scores;

    /// <param name="model">The model.</param>
    /// <param name="conditions">Condition ids of each sequence.</param>
    /// <param name="vectors">Whether single tokens are computed by a <see cref="VectorStep"/>.</param>
    public TensorDecoder(SemanticLanguageModel model, long[][] conditions, bool vectors)
    {
        _model = model;
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
        _first = _scores = Run(ids, model.Begin);
    }

    /// <summary>The decoder that is fastest for so many sequences.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="conditions">Condition ids of each sequence.</param>
    public static TensorDecoder For(SemanticLanguageModel model, long[][] conditions) =>
        new(model, conditions, vectors: VectorStep.Suits(model, conditions.Length));

    /// <summary>Passes through the network so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Semantic tokens read since the start or the last <see cref="Restart"/>.</summary>
    public int Seen => (int)_cache.Length - _model.Vocabulary.ConditionCount;

    /// <summary>The latest scores of the next token, [batch, outputs] in rows.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Reads further tokens, [batch, n] with n at least 1, and returns <see cref="Scores"/>.</summary>
    public ReadOnlySpan<float> Continue(long[,] tokens)
    {
        if (_vectorStep is null || tokens.GetLength(1) > 1)
            return _scores = Run(tokens, _model.Continue);
        Evaluations++;
        if (_scores == _first)
            _scores = new float[_first.Length];
        _vectorStep.Run(tokens, _model.Vocabulary.SemanticStart, _scores);
        return _scores;
    }

    /// <summary>Forgets every semantic token and keeps the conditions.</summary>
    public void Restart()
    {
        _cache.Truncate(_model.Vocabulary.ConditionCount);
        _scores = _first;
    }

    private float[] Run(long[,] ids, Func<Tensor, KeyValueCache, RotaryEmbedding, Tensor> pass)
    {
        using var precision = ComputePrecision.Use(_type);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        Evaluations++;
        return pass(tensor(ids, device: _device), _cache, _rotary).to_type(ScalarType.Float32).cpu().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _rotary.Dispose();
    }
}
