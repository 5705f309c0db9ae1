using System.Text;
using Melody.Nn;
using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;
using TransformerLayers = TorchSharp.Modules.ModuleList<Melody.Conditioning.TransformerLayer>;

namespace Melody.Conditioning;

/// <summary>
/// BERT (Devlin et al., arXiv 1810.04805) without its pooler: word pieces, learned positions, post-norm layers, then
/// the class token through a linear layer onto the unit sphere. Without a vocabulary (an untrained model) words are
/// hashed to ids.
/// </summary>
internal sealed class BertTower : TextTower
{
    private const string ClassToken = "[CLS]",
        SeparatorToken = "[SEP]";
    private static readonly string[] SpecialTokens = [ClassToken, SeparatorToken, "[UNK]", "[PAD]", "[MASK]"];

    // an id of word pieces is seldom more than this many characters of text
    private const int CharactersPerToken = 32;

    private readonly BertConfig _config;
    private readonly BertTokenizer? _wordPieces;
    private readonly int _classId = 1,
        _separatorId = 2;
    private readonly Embedding _words,
        _positions,
        _types;
    private readonly LayerNorm _norm;
    private readonly TransformerLayers _layers;
    private readonly Linear _head;

    /// <exception cref="MelodyException">The vocabulary is too large, or lacks BERT's special tokens.</exception>
    public BertTower(BertConfig config, int embeddingWidth, Vocabulary vocabulary, ParameterFactory parameters)
        : base(nameof(BertTower))
    {
        _config = config;
        if (vocabulary.Count > 0)
        {
            (_classId, _separatorId) = (vocabulary.IdOf(ClassToken), vocabulary.IdOf(SeparatorToken));
            if (vocabulary.Count > config.VocabularySize || SpecialTokens.Any(token => vocabulary.IdOf(token) < 0))
                throw new MelodyException(
                    $"The vocabulary is not this model's: it needs at most {config.VocabularySize} word pieces, "
                        + $"{string.Join(", ", SpecialTokens)} among them."
                );
            using var lines = new MemoryStream(Encoding.UTF8.GetBytes(vocabulary.ToText()));
            _wordPieces = BertTokenizer.Create(lines);
        }
        int width = config.Transformer.Width;
        _words = new(config.VocabularySize, width, parameters);
        _positions = new(config.Tokens, width, parameters);
        _types = new(2, width, parameters);
        _norm = new(width, parameters, TransformerLayer.Epsilon);
        _layers = new([
            .. Enumerable
                .Range(0, config.Transformer.Layers)
                .Select(_ => new TransformerLayer(config.Transformer, normFirst: false, parameters)),
        ]);
        _head = new(width, embeddingWidth, bias: true, parameters);
        Add("words", _words);
        Add("positions", _positions);
        Add("types", _types);
        Add("norm", _norm);
        Add("layers", _layers);
        Add("head", _head);
    }

    /// <summary>Ids of a text between the class and the separator token.</summary>
    public int[] Tokenize(string text)
    {
        string start = LatinFolding.Fold(
            text.Length > _config.Tokens * CharactersPerToken ? text[..(_config.Tokens * CharactersPerToken)] : text
        );
        var ids = _wordPieces is null
            ? WordSplitter.Split(start).Select(HashedId)
            : _wordPieces.EncodeToIds(start, addSpecialTokens: false);
        return [_classId, .. ids.Take(_config.Tokens - 2), _separatorId];
    }

    /// <inheritdoc/>
    public override Tensor Embed(IReadOnlyList<string> texts, Random? augmentation = null)
    {
        using var scope = NewDisposeScope();
        var device = _words.Weight.device;
        var ids = texts.Select(Tokenize).ToArray();
        int longest = ids.Max(row => row.Length);
        var padded = new long[texts.Count * longest];
        for (int row = 0; row < ids.Length; row++)
        for (int i = 0; i < ids[row].Length; i++)
            padded[row * longest + i] = ids[row][i];

        var positions = _positions.Weight.narrow(0, 0, longest) + _types.Weight[0];
        var words = _words.forward(tensor(padded, [texts.Count, longest], ScalarType.Int64, device));
        var x = _norm.forward(words + positions.to_type(words.dtype));
        var visible = Visible([.. ids.Select(row => row.Length)], longest, device);
        foreach (var layer in _layers)
            x = layer.forward(x, visible, null);
        var projected = _head.forward(x.select(1, 0)).to_type(ScalarType.Float32);
        return nn.functional.normalize(projected, dim: -1).MoveToOuterDisposeScope();
    }

    // FNV-1a over UTF-16 units, kept off the first ids, which are special
    private int HashedId(string word)
    {
        uint hash = 2166136261;
        foreach (char c in word)
            hash = (hash ^ c) * 16777619;
        return 3 + (int)(hash % (uint)(_config.VocabularySize - 3));
    }
}
