using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// Ids of the <see cref="SemanticVocabulary"/> -> vectors. The prefix ids may have narrow vectors that one shared product
/// widens (<see cref="SemanticLanguageModelConfig.PrefixWidth"/>); their table is then <c>prefix.weight</c>.
/// </summary>
internal sealed class SemanticTokenEmbedding : nn.Module<Tensor, Tensor>
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
            register_module("prefix", _prefix);
            register_module("widen", _widen);
        }
        _table = new(vocabulary.Count - _firstInTable, config.Width, parameters);
        register_module("table", _table);
    }

    /// <summary>Nothing: TorchSharp would register every field a second time, under its own name.</summary>
    protected override void RegisterComponents() { }

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
