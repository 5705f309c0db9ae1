using Melody.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>A table of vectors looked up by id: integers of any shape -> [..., width], in <see cref="ComputePrecision.Current"/>.</summary>
internal sealed class Embedding : Network<Tensor, Tensor>
{
    private readonly Parameter _weight;

    public Embedding(long count, long width, ParameterFactory parameters, double standardDeviation = 0.02)
        : base(nameof(Embedding))
    {
        _weight = parameters.Normal(standardDeviation, count, width);
        Add("weight", _weight);
    }

    /// <summary>The table, [count, width].</summary>
    public Parameter Weight => _weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        ComputePrecision.Cast(_weight.index_select(0, input.flatten())).view([.. input.shape, _weight.shape[1]]);
}
