using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// E_ST (MeLoDy, section 4.1): one vector a semantic token, looked up and passed through a perceptron; those of a frame's codebooks are
/// added. Int64 [batch, T, codebooks] -> [batch, T, D_hid].
/// </summary>
internal sealed class SemanticEncoding : Network<Tensor, Tensor>
{
    private readonly DenoiserConfig _config;
    private readonly CodebookSizes _books;
    private readonly Embedding _table;
    private readonly FeatureMlp _mlp;

    public SemanticEncoding(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(SemanticEncoding))
    {
        (_config, _books) = (config, config.Sizes());
        _table = new Embedding(_books.Total, config.TokenWidth, parameters, standardDeviation: 1);
        _mlp = new FeatureMlp(config.TokenWidth, config.HiddenWidth, parameters);
        Add("table", _table);
        Add("mlp", _mlp);
    }

    /// <summary>The vectors that are looked up, [tokens of all codebooks, token width].</summary>
    public Tensor Table => _table.Weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens) => _mlp.forward(Vectors(tokens));

    /// <summary>The vectors of the frames' tokens before the perceptron, [batch, T, token width].</summary>
    public Tensor Vectors(Tensor tokens) => _books.Sum(_config.Read(tokens), _table.forward);
}
