using Melody.Nn;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;
using TransformerLayers = TorchSharp.Modules.ModuleList<Melody.Conditioning.TransformerLayer>;

namespace Melody.Conditioning;

/// <summary>
/// The light text tower: vectors of words (pretrained, so that words which no caption used still lie near their
/// neighbours) or the mean of a word's pieces, a start token, pre-norm layers with rotary positions, attention pooling,
/// and a linear layer onto the unit sphere.
/// </summary>
internal sealed class WordTower : TextTower
{
    private readonly WordTowerConfig _config;
    private readonly WordTokenizer _tokenizer;
    private readonly Embedding _words,
        _pieces;
    private readonly Parameter _start;
    private readonly Linear _widen,
        _score,
        _head;
    private readonly TransformerLayers _layers;
    private readonly LayerNorm _norm;

    /// <exception cref="MelodyException">The vocabulary has more words than the table has rows.</exception>
    public WordTower(WordTowerConfig config, int embeddingWidth, Vocabulary vocabulary, ParameterFactory parameters)
        : base(nameof(WordTower))
    {
        if (vocabulary.Count > config.VocabularySize)
            throw new MelodyException(
                $"The vocabulary has {vocabulary.Count} words, but this model's table has room for {config.VocabularySize}; get "
                    + $"the model's {Vocabulary.FileName} again."
            );
        _config = config;
        _tokenizer = new(vocabulary, config.Pieces, config.Tokens - 1);
        int width = config.Transformer.Width;
        // pretrained vectors have entries of about this size
        _words = new(config.VocabularySize, config.VectorWidth, parameters, 0.4);
        _pieces = new(config.Pieces, config.VectorWidth, parameters, 0.4);
        _start = parameters.Normal(1, 1, width);
        _widen = new(config.VectorWidth, width, bias: true, parameters);
        _layers = new([
            .. Enumerable
                .Range(0, config.Transformer.Layers)
                .Select(_ => new TransformerLayer(config.Transformer, normFirst: true, parameters)),
        ]);
        _norm = new(width, parameters, TransformerLayer.Epsilon);
        _score = new(width, 1, bias: false, parameters);
        _head = new(width, embeddingWidth, bias: true, parameters);
        Add("words", _words);
        Add("pieces", _pieces);
        Add("start", _start);
        Add("widen", _widen);
        Add("layers", _layers);
        Add("norm", _norm);
        Add("score", _score);
        Add("head", _head);
    }

    /// <summary>Vectors of the vocabulary's words in the order of their ids, [vocabulary size, vector width].</summary>
    public Parameter WordVectors => _words.Weight;

    /// <summary>Vectors of the hashed pieces, [pieces, vector width].</summary>
    public Parameter PieceVectors => _pieces.Weight;

    /// <summary>Cuts text into words and pieces.</summary>
    public WordTokenizer Tokenizer => _tokenizer;

    /// <inheritdoc/>
    public override Tensor Embed(IReadOnlyList<string> texts, Random? augmentation = null)
    {
        using var scope = NewDisposeScope();
        var device = _start.device;
        var tokens = texts.Select(_tokenizer.Tokenize).ToArray();
        int longest = 1 + tokens.Max(row => row.Count);
        var vectors = _widen.forward(Vectors(tokens, longest - 1, augmentation));
        var start = _start.to_type(vectors.dtype).unsqueeze(0).expand(texts.Count, 1, -1);
        var x = cat([start, vectors], 1);

        var visible = Visible([.. tokens.Select(row => row.Count + 1)], longest, device);
        var rotary = new RotaryEmbedding(
            arange(longest, ScalarType.Float32, device),
            _config.Transformer.Width / _config.Transformer.Heads,
            x.dtype
        );
        foreach (var layer in _layers)
            x = layer.forward(x, visible, rotary);
        x = _norm.forward(x).to_type(ScalarType.Float32);

        var scores = _score
            .forward(x)
            .to_type(ScalarType.Float32)
            .transpose(1, 2)
            .masked_fill(visible.squeeze(1).logical_not(), double.NegativeInfinity);
        var pooled = matmul(softmax(scores, -1), x).squeeze(1);
        return nn.functional.normalize(_head.forward(pooled).to_type(ScalarType.Float32), dim: -1).MoveToOuterDisposeScope();
    }

    // [batch, length, vector width]; rows beyond a text's end stay zero
    private Tensor Vectors(IReadOnlyList<WordToken>[] texts, int length, Random? augmentation)
    {
        List<long> wordRows = [],
            wordPlaces = [],
            pieceRows = [],
            piecePlaces = [];
        List<float> pieceShares = [];
        for (int text = 0; text < texts.Length; text++)
        for (int i = 0; i < texts[text].Count; i++)
        {
            var token = texts[text][i];
            long place = (long)text * length + i;
            if (token.Word >= 0 && !(augmentation?.NextDouble() < _config.PieceShare))
            {
                wordRows.Add(token.Word);
                wordPlaces.Add(place);
                continue;
            }
            var pieces = _tokenizer.PiecesOf(token.Text);
            foreach (int piece in pieces)
            {
                pieceRows.Add(piece);
                piecePlaces.Add(place);
                pieceShares.Add(1f / pieces.Length);
            }
        }
        var device = _start.device;
        Tensor Ids(List<long> values) => tensor(values.ToArray(), ScalarType.Int64, device);
        var result = zeros(texts.Length * (long)length, _config.VectorWidth, ScalarType.Float32, device);
        if (wordRows.Count > 0)
            result = result.index_add(0, Ids(wordPlaces), _words.Weight.index_select(0, Ids(wordRows)).to_type(ScalarType.Float32), 1);
        if (pieceRows.Count > 0)
        {
            var shares = tensor(pieceShares.ToArray(), ScalarType.Float32, device).unsqueeze(1);
            result = result.index_add(
                0,
                Ids(piecePlaces),
                _pieces.Weight.index_select(0, Ids(pieceRows)).to_type(ScalarType.Float32) * shares,
                1
            );
        }
        return result.view(texts.Length, length, _config.VectorWidth);
    }
}
