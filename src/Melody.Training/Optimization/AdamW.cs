using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019) over a network's parameters: matrices decay, vectors
/// do not. Keeps an exponential moving average of the parameters when asked.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly IGradientExchange _exchange;

    /// <param name="modules">The networks to train.</param>
    /// <param name="options">Rates and decays.</param>
    /// <param name="exchange">How gradients are shared between processes.</param>
    public AdamW(IEnumerable<nn.Module> modules, OptimizerOptions options, IGradientExchange exchange)
    {
        (_options, _exchange) = (options, exchange);
        var parameters = modules.SelectMany(m => m.parameters()).ToList();
        var matrices = parameters.Where(p => p.dim() > 1).ToList();
        var vectors = parameters.Where(p => p.dim() <= 1).ToList();
        var buckets = new Dictionary<string, ParameterBucket>();
        bool average = options.EmaDecay > 0;
        if (matrices.Count > 0) buckets.Add("matrices", new(matrices, options.WeightDecay, average));
        if (vectors.Count > 0) buckets.Add("vectors", new(vectors, 0, average));
        Buckets = buckets;
    }

    /// <summary>The flat state, by name: what a checkpoint holds.</summary>
    public IReadOnlyDictionary<string, ParameterBucket> Buckets { get; }

    /// <summary>Updates done so far.</summary>
    public long Updates { get; set; }

    /// <summary>
    /// One update from the gradients that the backward passes left in the parameters.
    /// Nothing changes when the gradient is not finite.
    /// </summary>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <param name="gradientScale">Factor on the gradients, 1 / (number of accumulated passes).</param>
    /// <returns>The gradient's norm before clipping; NaN or infinity when the update was left out.</returns>
    public double Step(double learningRate, double gradientScale = 1)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        double square = 0;
        foreach (var bucket in Buckets.Values)
        {
            bucket.GatherGradient(gradientScale);
            _exchange.Average(bucket.Gradient);
            square += AdamWKernel.Serves(bucket) ? AdamWKernel.SumOfSquares(bucket.Gradient) : bucket.Gradient.square().sum(ScalarType.Float64).item<double>();
        }
        double norm = Math.Sqrt(square);
        if (!double.IsFinite(norm)) return norm;
        double clip = _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1;
        Updates++;
        foreach (var bucket in Buckets.Values)
        {
            Update(bucket, learningRate, clip);
            bucket.Scatter();
        }
        return norm;
    }

    private void Update(ParameterBucket bucket, double learningRate, double clip)
    {
        double correction1 = 1 - Math.Pow(_options.Beta1, Updates), correction2 = 1 - Math.Pow(_options.Beta2, Updates);
        // the average starts fast: its horizon is never longer than the training so far
        double averageStep = 1 - Math.Min(_options.EmaDecay, (1.0 + Updates) / (10 + Updates));
        if (AdamWKernel.Serves(bucket))
        {
            AdamWKernel.Update(bucket, new()
            {
                Gradient = (float)clip,
                MeanStep = (float)(1 - _options.Beta1),
                SquareKept = (float)_options.Beta2,
                SquareCorrection = (float)(1 / correction2),
                Epsilon = (float)_options.Epsilon,
                ValueKept = (float)(1 - learningRate * bucket.WeightDecay),
                ValueStep = (float)(-learningRate / correction1),
                AverageStep = (float)averageStep,
            });
            return;
        }
        if (clip < 1) bucket.Gradient.mul_(clip);
        bucket.Mean.lerp_(bucket.Gradient, 1 - _options.Beta1);
        bucket.MeanSquare.mul_(_options.Beta2).addcmul_(bucket.Gradient, bucket.Gradient, 1 - _options.Beta2);
        var denominator = (bucket.MeanSquare / correction2).sqrt_().add_(_options.Epsilon);
        if (bucket.WeightDecay > 0) bucket.Values.mul_(1 - learningRate * bucket.WeightDecay);
        bucket.Values.addcdiv_(bucket.Mean, denominator, -learningRate / correction1);
        bucket.Average?.lerp_(bucket.Values, averageStep);
    }

    /// <summary>Runs <paramref name="body"/> with the moving average in the parameters (their values, when none is kept).</summary>
    public void WithAverage(Action body)
    {
        foreach (var bucket in Buckets.Values) bucket.ScatterAverage();
        try { body(); }
        finally { foreach (var bucket in Buckets.Values) bucket.Scatter(); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in Buckets.Values) bucket.Dispose();
    }
}
