using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.SemanticTokens;

/// <summary>
/// Batch norm over [..., channels] (Ioffe and Szegedy, 2015): statistics of the batch in training, running
/// averages (<c>running_mean</c>, <c>running_var</c>) otherwise. In float32; the result has the type of the input.
/// </summary>
internal sealed class BatchNorm : Network<Tensor, Tensor>
{
    private readonly Parameter _weight,
        _bias;
    private readonly double _momentum,
        _epsilon;

    public BatchNorm(long channels, ParameterFactory parameters, double momentum = 0.1, double epsilon = 1e-5)
        : base(nameof(BatchNorm))
    {
        (_momentum, _epsilon) = (momentum, epsilon);
        _weight = parameters.Constant(1, channels);
        _bias = parameters.Constant(0, channels);
        Add("weight", _weight);
        Add("bias", _bias);
        AddBuffer("running_mean", parameters.Buffer(0, channels));
        AddBuffer("running_var", parameters.Buffer(1, channels));
    }

    /// <summary>
    /// Where several processes compute a batch, each as many rows: the mean over all of a mean over the own rows, with its gradient, and
    /// how many processes there are. Null where the batch is here.
    /// </summary>
    public (Func<Tensor, Tensor> Mean, int Processes)? Together { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor Float(Tensor t) => t.to_type(ScalarType.Float32);
        if (training && Together is var (mean, processes))
            return Normalize(Float(input).reshape(-1, input.shape[^1]), mean, processes).view(input.shape).to_type(input.dtype);
        return nn
            .functional.batch_norm(
                Float(input).reshape(-1, input.shape[^1]),
                Float(get_buffer("running_mean")!),
                Float(get_buffer("running_var")!),
                Float(_weight),
                Float(_bias),
                training,
                _momentum,
                _epsilon
            )
            .view(input.shape)
            .to_type(input.dtype);
    }

    private Tensor Normalize(Tensor x, Func<Tensor, Tensor> over, int processes)
    {
        var mean = over(x.mean([0]));
        var centred = x - mean;
        var variance = over(centred.square().mean([0]));
        using (no_grad())
        {
            double rows = (double)x.shape[0] * processes;
            get_buffer("running_mean")!.lerp_(mean, _momentum);
            get_buffer("running_var")!.lerp_(variance * (rows / (rows - 1)), _momentum);
        }
        return centred * (variance + _epsilon).rsqrt() * _weight.to_type(ScalarType.Float32) + _bias.to_type(ScalarType.Float32);
    }
}
