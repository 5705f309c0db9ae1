using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// E_ST (MeLoDy, section 4.1): one vector a semantic token, looked up and passed through a perceptron. Int64 [batch, T] -> [batch, T,
/// D_hid].
/// </summary>
internal sealed class SemanticEncoding : Network<Tensor, Tensor>
{
    private readonly Embedding _table;
    private readonly FeatureMlp _mlp;

    public SemanticEncoding(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(SemanticEncoding))
    {
        _table = new Embedding(config.TokenCount, config.TokenWidth, parameters, standardDeviation: 1);
        _mlp = new FeatureMlp(config.TokenWidth, config.HiddenWidth, parameters);
        Add("table", _table);
        Add("mlp", _mlp);
    }

    /// <summary>The vectors that are looked up, [tokens, token width].</summary>
    public Tensor Table => _table.Weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens) => _mlp.forward(Vectors(tokens));

    /// <summary>The vectors of the tokens as they are looked up, [batch, T, token width].</summary>
    public Tensor Vectors(Tensor tokens) => _table.forward(tokens);
}
