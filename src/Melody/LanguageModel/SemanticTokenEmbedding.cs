using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// Ids of the <see cref="SemanticVocabulary"/> -> vectors. The prefix ids may have narrow vectors that one shared product
/// widens (<see cref="SemanticLanguageModelConfig.PrefixWidth"/>); their table is then <c>prefix.weight</c>.
/// </summary>
internal sealed class SemanticTokenEmbedding : Network<Tensor, Tensor>
{
    private readonly Embedding _table;
    private readonly Embedding? _prefix;
    private readonly Linear? _widen;
    private readonly long _firstInTable;

    public SemanticTokenEmbedding(SemanticLanguageModelConfig config, SemanticVocabulary vocabulary, ParameterFactory parameters)
        : base(nameof(SemanticTokenEmbedding))
    {
        if (config.PrefixWidth > 0)
        {
            _firstInTable = vocabulary.PrefixCount;
            _prefix = new(vocabulary.PrefixCount, config.PrefixWidth, parameters, 0.1);
            _widen = new(config.PrefixWidth, config.Width, bias: false, parameters, 0.2 / Math.Sqrt(config.PrefixWidth));
            Add("prefix", _prefix);
            Add("widen", _widen);
        }
        _table = new(vocabulary.Count - _firstInTable, config.Width, parameters);
        Add("table", _table);
    }

    /// <summary>The vectors of all ids that have no narrow ones.</summary>
    public Embedding Table => _table;

    /// <summary>The narrow vectors of the prefix ids, [levels * codes, prefix width]; null where they have none.</summary>
    public Tensor? Prefix => _prefix?.Weight;

    /// <summary>Any ids, [batch, length] -> [batch, length, width].</summary>
    public override Tensor forward(Tensor input)
    {
        if (_prefix is null)
            return _table.forward(input);
        var isPrefix = (input < _firstInTable).unsqueeze(-1);
        var wide = _widen!.forward(_prefix.forward(input.clamp_max(_firstInTable - 1)));
        return where(isPrefix, wide, WithoutPrefix(input.clamp_min(_firstInTable)));
    }

    /// <summary>The same for ids that are known not to be prefix ids.</summary>
    public Tensor WithoutPrefix(Tensor ids) => _table.forward(ids - _firstInTable);
}
