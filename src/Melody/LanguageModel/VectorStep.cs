using System.Runtime.Intrinsics;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// One frame's pass through a <see cref="SemanticLanguageModel"/> on a CPU, written out over the parameters' own memory:
/// for a single position the cost of libtorch is not the arithmetic but its two hundred calls. The model must outlive it.
/// </summary>
internal sealed unsafe class VectorStep
{
    /// <summary>Sequences side by side up to which this beats libtorch's matrix products.</summary>
    public const int MostSequences = 8;

    private readonly SemanticLanguageModel _model;
    private readonly float _epsilon;
    private readonly SemanticLanguageModelConfig _config;
    private readonly KeyValueCache _cache;
    private readonly int _batch,
        _headWidth,
        _outputs,
        _firstInTable;
    private readonly Layer[] _layers;
    private readonly Matrix _table,
        _output;
    private readonly float[] _x,
        _normed,
        _wide,
        _attended,
        _weights,
        _cos,
        _sin;
    private readonly float* _norm;

    /// <param name="model">The model.</param>
    /// <param name="cache">float32, on the CPU; what it holds is seen.</param>
    /// <param name="batch">Sequences side by side.</param>
    public VectorStep(SemanticLanguageModel model, KeyValueCache cache, int batch)
    {
        (_config, _cache, _batch) = (model.Config, cache, batch);
        (_model, _epsilon) = (model, (float)model.Norm.Epsilon);
        _headWidth = _config.Width / _config.Heads;
        _outputs = model.Vocabulary.OutputCount;
        _firstInTable = _config.PrefixWidth > 0 ? model.Vocabulary.PrefixCount : 0;
        _table = MatrixOf(model.Embedding.Table.Weight);
        if (model.Output is { } output)
            _output = MatrixOf(output.Weight);
        _norm = VectorOf(model.Norm);
        _layers = [.. Enumerable.Range(0, _config.Layers).Select(i => MakeLayer(i))];
        static float[] Pinned(long count) => GC.AllocateArray<float>((int)count, pinned: true);
        long width = _config.Width;
        (_x, _normed, _attended) = (Pinned(batch * width), Pinned(batch * width), Pinned(batch * Math.Max(width, _config.FeedForward)));
        _wide = Pinned(batch * Math.Max(3 * width, 2L * _config.FeedForward));
        _weights = Pinned(cache.Capacity);
        int half = _headWidth / 2;
        (_cos, _sin) = (Pinned(cache.Capacity * half), Pinned(cache.Capacity * half));
        for (int position = 0; position < cache.Capacity; position++)
        for (int i = 0; i < half; i++)
        {
            var (sine, cosine) = Math.SinCos(position * Math.Pow(_config.RotaryBase, -2.0 * i / _headWidth));
            (_cos[position * half + i], _sin[position * half + i]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>Whether the model lies where and how this can read it.</summary>
    public static bool Suits(SemanticLanguageModel model, int batch) =>
        batch <= MostSequences
        && Vector256.IsHardwareAccelerated
        && model.Config.Width / model.Config.Heads % Vector256<float>.Count == 0
        && Read(model).All(p => MatrixVector.Reads(p) && (p.dim() > 1 || p.dtype == ScalarType.Float32));

    /// <summary>Reads one frame of semantic tokens a sequence at the cache's next position and writes its keys and values there.</summary>
    /// <param name="tokens">[batch, codebooks].</param>
    /// <param name="semanticStart">Id of token 0 of the first codebook.</param>
    /// <param name="state">Receives the state of the next frame, not normed, [batch, width].</param>
    /// <param name="scores">Receives the scores of the next token of a single codebook, [batch, outputs]; null for none.</param>
    public void Run(long[,] tokens, int semanticStart, float[] state, float[]? scores)
    {
        int width = _config.Width,
            inner = _config.FeedForward,
            position = (int)_cache.Length;
        if (position >= _cache.Capacity)
            throw new InvalidOperationException($"The cache holds {_cache.Capacity} positions.");
        fixed (
            float* x = _x,
                normed = _normed,
                wide = _wide,
                attended = _attended,
                result = scores
        )
        {
            for (int b = 0; b < _batch; b++)
                Embed(tokens, b, semanticStart - _firstInTable, x + b * width);
            foreach (var layer in _layers)
            {
                Normalize(x, layer.AttentionNorm, normed);
                layer.Qkv.Multiply(normed, wide, _batch);
                for (int b = 0; b < _batch; b++)
                    Attend(layer, wide + b * 3 * width, attended + b * width, b, position);
                layer.Output.Multiply(attended, normed, _batch);
                MatrixVector.AddScaled(x, normed, 1, _batch * width);
                Normalize(x, layer.FeedForwardNorm, normed);
                layer.GateUp.Multiply(normed, wide, _batch);
                for (int b = 0; b < _batch; b++)
                    Gate(wide + b * 2 * inner, attended + b * inner, inner);
                layer.Down.Multiply(attended, normed, _batch);
                MatrixVector.AddScaled(x, normed, 1, _batch * width);
            }
            _x.CopyTo(state, 0);
            Normalize(x, _norm, normed);
            if (scores is not null)
                _output.Multiply(normed, result, _batch);
        }
        _cache.Advance(1);
        GC.KeepAlive(_model);
    }

    // the sum of the vectors of a frame's tokens, the first of which is known
    private void Embed(long[,] tokens, int sequence, int firstRow, float* x)
    {
        bool halves = _table.Type == ScalarType.BFloat16;
        var codebooks = _model.Vocabulary.Codebooks;
        for (int book = 0; book < codebooks.Count; book++)
        {
            if (tokens[sequence, book] < 0)
                continue;
            long row = firstRow + codebooks.Row(book, tokens[sequence, book]);
            byte* from = _table.Data + row * _table.Columns * (halves ? BFloat16Element.Size : Float32Element.Size);
            for (int i = 0; i < _table.Columns; i += Vector256<float>.Count)
            {
                var vector = halves ? BFloat16Element.Load(from, i) : Float32Element.Load(from, i);
                (book == 0 ? vector : Vector256.Load(x + i) + vector).Store(x + i);
            }
        }
    }

    private void Normalize(float* x, float* gain, float* y)
    {
        int width = _config.Width;
        for (int b = 0; b < _batch; b++, x += width, y += width)
        {
            var scale = Vector256.Create(1 / MathF.Sqrt(MatrixVector.Dot(x, x, width) / width + _epsilon));
            for (int i = 0; i < width; i += Vector256<float>.Count)
                (Vector256.Load(x + i) * scale * Vector256.Load(gain + i)).Store(y + i);
        }
    }

    private void Attend(in Layer layer, float* qkv, float* y, int sequence, int position)
    {
        int width = _config.Width,
            head = _headWidth;
        float scale = 1 / MathF.Sqrt(head);
        fixed (float* weights = _weights)
            for (int h = 0; h < _config.Heads; h++)
            {
                long place = ((long)sequence * _config.Heads + h) * _cache.Capacity * head;
                float* keys = layer.Keys + place,
                    values = layer.Values + place,
                    query = qkv + h * head,
                    result = y + h * head;
                Rotate(query, query, position);
                Rotate(qkv + width + h * head, keys + (long)position * head, position);
                Buffer.MemoryCopy(qkv + 2 * width + h * head, values + (long)position * head, head * sizeof(float), head * sizeof(float));
                float top = float.NegativeInfinity;
                for (int t = 0; t <= position; t++)
                    top = MathF.Max(top, weights[t] = MatrixVector.Dot(query, keys + (long)t * head, head) * scale);
                double sum = 0;
                for (int t = 0; t <= position; t++)
                    sum += weights[t] = MathF.Exp(weights[t] - top);
                new Span<float>(result, head).Clear();
                for (int t = 0; t <= position; t++)
                    MatrixVector.AddScaled(result, values + (long)t * head, (float)(weights[t] / sum), head);
            }
    }

    private void Rotate(float* from, float* to, int position)
    {
        int half = _headWidth / 2;
        for (int i = 0; i < half; i++)
        {
            float a = from[i],
                b = from[half + i],
                cos = _cos[position * half + i],
                sin = _sin[position * half + i];
            (to[i], to[half + i]) = (a * cos - b * sin, b * cos + a * sin);
        }
    }

    private static void Gate(float* gateUp, float* y, int inner)
    {
        for (int i = 0; i < inner; i += Vector256<float>.Count)
        {
            var gate = Vector256.Load(gateUp + i);
            (gate * VectorMath.Sigmoid(gate) * Vector256.Load(gateUp + inner + i)).Store(y + i);
        }
    }

    private Layer MakeLayer(int index)
    {
        var block = _model.Blocks[index];
        var (keys, values) = _cache.Storage(index);
        return new()
        {
            AttentionNorm = VectorOf(block.AttentionNorm),
            FeedForwardNorm = VectorOf(block.FeedForwardNorm),
            Qkv = MatrixOf(block.Qkv.Weight),
            Output = MatrixOf(block.Output.Weight),
            GateUp = MatrixOf(block.FeedForward.GateUp.Weight),
            Down = MatrixOf(block.FeedForward.Down.Weight),
            Keys = (float*)TensorMemory.Data(keys),
            Values = (float*)TensorMemory.Data(values),
        };
    }

    // all that a step reads; the prefix was read before the first one
    private static IEnumerable<Parameter> Read(SemanticLanguageModel model) =>
        [
            model.Embedding.Table.Weight,
            model.Norm.Weight,
            .. model.Output is { } output ? [output.Weight] : Array.Empty<Parameter>(),
            .. model.Blocks.SelectMany(block =>
                new[]
                {
                    block.AttentionNorm.Weight,
                    block.FeedForwardNorm.Weight,
                    block.Qkv.Weight,
                    block.Output.Weight,
                    block.FeedForward.GateUp.Weight,
                    block.FeedForward.Down.Weight,
                }
            ),
        ];

    private static Matrix MatrixOf(Parameter weight) =>
        new()
        {
            Data = TensorMemory.Data(weight),
            Type = weight.dtype,
            Rows = (int)weight.shape[0],
            Columns = (int)weight.shape[1],
        };

    private static float* VectorOf(RmsNorm norm) => (float*)TensorMemory.Data(norm.Weight);

    private readonly struct Matrix
    {
        public required byte* Data { get; init; }
        public required ScalarType Type { get; init; }
        public required int Rows { get; init; }
        public required int Columns { get; init; }

        public void Multiply(float* x, float* y, int batch) => MatrixVector.Multiply(Data, Type, Rows, Columns, x, y, batch);
    }

    private readonly struct Layer
    {
        public required float* AttentionNorm { get; init; }
        public required float* FeedForwardNorm { get; init; }
        public required Matrix Qkv { get; init; }
        public required Matrix Output { get; init; }
        public required Matrix GateUp { get; init; }
        public required Matrix Down { get; init; }
        public required float* Keys { get; init; }
        public required float* Values { get; init; }
    }
}
