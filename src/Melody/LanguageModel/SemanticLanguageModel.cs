using Melody.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// The semantic language model (MeLoDy, arXiv 2305.15719): a LLaMA-type decoder that gives p(u_j | c_1..c_12, u_&lt;j) for semantic
/// tokens u after the prefix tokens c. A sequence is [prefix 12][tempo, key, metre: if the model has controls][BOS][u_1 u_2 ...]
/// at positions 0, 1, 2, ...; BOS predicts u_1. Where a frame has tokens of several codebooks, it still takes one position: their
/// vectors are added, and a <see cref="FrameDecoder"/> predicts them one after the other.
/// </summary>
internal sealed class SemanticLanguageModel : Network
{
    private readonly SemanticTokenEmbedding _embedding;
    private readonly LanguageModelBlock[] _blocks;
    private readonly RmsNorm _norm;
    private readonly Linear? _output;
    private readonly FrameDecoder? _frames;

    /// <exception cref="MelodyException">Several codebooks, and an output that is not of semantic tokens only.</exception>
    public SemanticLanguageModel(SemanticLanguageModelConfig config, ParameterFactory parameters)
        : base(nameof(SemanticLanguageModel))
    {
        Config = config;
        Vocabulary = new(config);
        _embedding = new(config, Vocabulary, parameters);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(_ => new LanguageModelBlock(config, parameters))];
        _norm = new(config.Width, parameters);
        if (Vocabulary.Codebooks.Count > 1 && !config.SemanticOutputOnly)
            throw new MelodyException("A language model of several codebooks needs semanticOutputOnly.");
        Add("embedding", _embedding);
        Add("blocks", nn.ModuleList(_blocks));
        Add("norm", _norm);
        if (Vocabulary.Codebooks.Count == 1)
            _output = Add("output", new Linear(config.Width, Vocabulary.OutputCount, bias: false, parameters));
        else
            _frames = Add("frames", new FrameDecoder(Vocabulary.Codebooks, config, parameters));
    }

    /// <summary>The sizes.</summary>
    public SemanticLanguageModelConfig Config { get; }

    /// <summary>The ids.</summary>
    public SemanticVocabulary Vocabulary { get; }

    /// <summary>The narrow vectors of the prefix tokens, [levels * codes, prefix width]; null where they have none.</summary>
    public Tensor? PrefixTable => _embedding.Prefix;

    /// <summary>From ids to vectors.</summary>
    public SemanticTokenEmbedding Embedding => _embedding;

    /// <summary>The blocks, the first first.</summary>
    public IReadOnlyList<LanguageModelBlock> Blocks => _blocks;

    /// <summary>The norm after the last block.</summary>
    public RmsNorm Norm => _norm;

    /// <summary>From vectors to scores; null where a frame has several codebooks.</summary>
    public Linear? Output => _output;

    /// <summary>
    /// Positions of the longest sequence: conditions and <see cref="SemanticLanguageModelConfig.Window"/> semantic tokens.
    /// </summary>
    public int Positions => Vocabulary.ConditionCount + Config.Window;

    /// <summary>
    /// Scores of the next token after the conditions and after each semantic token. For training on sequences u of length
    /// T: forward(conditions, u[:, :T-1]) and cross-entropy with u + <see cref="SemanticVocabulary.OutputStart"/>. Shorter
    /// sequences of a batch are filled up with any code, as no position sees what follows it; the loss leaves those out.
    /// </summary>
    /// <param name="conditions">Ids int64 [batch, <see cref="SemanticVocabulary.ConditionCount"/>].</param>
    /// <param name="codes">Semantic tokens int64 [batch, T], each 0..1023, of a single codebook; T may be 0.</param>
    /// <returns>[batch, T + 1, <see cref="SemanticVocabulary.OutputCount"/>]; entry t scores semantic token t.</returns>
    public Tensor forward(Tensor conditions, Tensor codes) => Head(0, States(conditions, codes), null);

    /// <summary>
    /// Scores of every token of every frame given the true tokens before it, for training and perplexities: one tensor
    /// [batch, T, codes] a codebook. A model with more outputs than semantic tokens has them all.
    /// </summary>
    /// <param name="conditions">Ids int64 [batch, <see cref="SemanticVocabulary.ConditionCount"/>].</param>
    /// <param name="frames">Semantic tokens int64 [batch, T, codebooks], or [batch, T] of a single codebook; T at least 1.</param>
    /// <param name="told">
    /// bool [batch, T, codebooks]: false for a token that is not known, which tells the others nothing (any code of its codebook stands for
    /// it); null where all are known.
    /// </param>
    public IReadOnlyList<Tensor> Scores(Tensor conditions, Tensor frames, Tensor? told = null)
    {
        long past = frames.shape[1] - 1;
        var states = States(conditions, frames.narrow(1, 0, past), told?.narrow(1, 0, past));
        return [.. Enumerable.Range(0, Vocabulary.Codebooks.Count).Select(book => Head(book, states, frames, told))];
    }

    /// <summary>
    /// Scores of a codebook's token from the state at the frame before, [..., width], and the frame's tokens of earlier codebooks.
    /// </summary>
    public Tensor Head(int book, Tensor state, Tensor? tokens, Tensor? told = null)
    {
        var normed = _norm.forward(state);
        return _frames is null ? _output!.forward(normed) : _frames.Scores(book, normed, tokens, told);
    }

    // of the last condition and of every frame, [batch, T + 1, width], not yet normed
    private Tensor States(Tensor conditions, Tensor codes, Tensor? told = null)
    {
        var x = cat([_embedding.forward(conditions), EmbedCodes(codes, told)], 1);
        if (training && Config.Dropout > 0)
            x = nn.functional.dropout(x, Config.Dropout, training: true);
        var rotary = Rotations(x.shape[1], x.dtype, x.device);
        foreach (var block in _blocks)
            x = block.forward(x, rotary);
        long first = conditions.shape[1] - 1;
        return x.narrow(1, first, x.shape[1] - first);
    }

    /// <summary>The rotations of positions 0 .. <paramref name="length"/>.</summary>
    public RotaryEmbedding Rotations(long length, ScalarType type, Device device) =>
        new(arange(length, ScalarType.Float32, device), Config.Width / Config.Heads, type, Config.RotaryBase);

    /// <summary>An empty cache for <paramref name="batch"/> sequences of at most <see cref="Positions"/>.</summary>
    public KeyValueCache NewCache(long batch, ScalarType type, Device device) =>
        new(Config.Layers, batch, Config.Heads, Positions, Config.Width / Config.Heads, type, device);

    /// <summary>
    /// Writes the conditions into an empty cache and returns the state from which <see cref="Head"/> scores the first frame, [batch,
    /// width].
    /// </summary>
    public Tensor Begin(Tensor conditions, KeyValueCache cache, RotaryEmbedding rotary) =>
        Advance(_embedding.forward(conditions), cache, rotary);

    /// <summary>
    /// Writes n frames of semantic tokens int64 [batch, n, codebooks] behind what the cache holds and returns the state from which
    /// <see cref="Head"/> scores the frame after them, [batch, width]. <see cref="CodebookSizes.Unknown"/> tokens tell nothing.
    /// </summary>
    public Tensor Continue(Tensor codes, KeyValueCache cache, RotaryEmbedding rotary) =>
        Config.UnwrittenCodebooks.Count == 0
            ? Advance(EmbedCodes(codes), cache, rotary)
            : Advance(EmbedCodes(codes.clamp_min(0), codes.ge(0)), cache, rotary);

    private Tensor EmbedCodes(Tensor codes, Tensor? told = null) =>
        Vocabulary.Codebooks.Sum(codes, rows => _embedding.WithoutPrefix(rows + Vocabulary.SemanticStart), told);

    private Tensor Advance(Tensor x, KeyValueCache cache, RotaryEmbedding rotary)
    {
        long count = x.shape[1];
        var here = rotary.Slice(cache.Length, count);
        for (int i = 0; i < _blocks.Length; i++)
            x = _blocks[i].Advance(x, here, cache, i);
        cache.Advance(count);
        return x.select(1, count - 1);
    }
}
