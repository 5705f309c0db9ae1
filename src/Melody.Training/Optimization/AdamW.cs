using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019) over a network's parameters: matrices decay, vectors
/// do not. Keeps an exponential moving average of the parameters when asked, and leaves matrices between hidden values to
/// <see cref="Muon"/>.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const string Hidden = "hidden";

    private readonly OptimizerOptions _options;

    /// <param name="modules">The networks to train.</param>
    /// <param name="options">Rates and decays.</param>
    public AdamW(IEnumerable<nn.Module> modules, OptimizerOptions options)
    {
        _options = options;
        var parameters = modules.SelectMany(m => m.named_parameters()).ToList();
        var hidden = parameters.Where(p => options.Muon && Muon.Serves(p.name, p.parameter)).Select(p => p.parameter).ToList();
        var others = parameters.Select(p => p.parameter).Except(hidden, ReferenceEqualityComparer.Instance).Cast<Parameter>().ToList();
        var matrices = others.Where(p => p.dim() > 1).ToList();
        var vectors = others.Where(p => p.dim() <= 1).ToList();
        var buckets = new Dictionary<string, ParameterBucket>();
        bool average = options.EmaDecay > 0;
        if (hidden.Count > 0)
            buckets.Add(Hidden, new(hidden, options.WeightDecay, average));
        if (matrices.Count > 0)
            buckets.Add("matrices", new(matrices, options.WeightDecay, average));
        if (vectors.Count > 0)
            buckets.Add("vectors", new(vectors, 0, average));
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
        Gather(gradientScale);
        return Apply(learningRate);
    }

    /// <summary>Moves the gradients that the backward passes left in the parameters into the buckets.</summary>
    /// <param name="gradientScale">Factor on the gradients, 1 / (number of accumulated passes and of ranks).</param>
    public void Gather(double gradientScale)
    {
        foreach (var bucket in Buckets.Values)
            bucket.GatherGradient(gradientScale);
    }

    /// <summary>One update from the gradients in the buckets; nothing changes when they are not finite.</summary>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <returns>The gradient's norm before clipping; NaN or infinity when the update was left out.</returns>
    public double Apply(double learningRate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        double square = 0;
        foreach (var bucket in Buckets.Values)
        {
            square += AdamWKernel.Serves(bucket)
                ? AdamWKernel.SumOfSquares(bucket.Gradient)
                : bucket.Gradient.square().sum(ScalarType.Float64).item<double>();
        }
        double norm = Math.Sqrt(square);
        if (!double.IsFinite(norm))
            return norm;
        double clip = _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / norm : 1;
        Updates++;
        foreach (var (name, bucket) in Buckets)
        {
            var factors = AdamWFactors.Of(_options, Updates, learningRate, bucket.WeightDecay, clip);
            if (name == Hidden)
                Muon.Update(bucket, factors, learningRate);
            else if (AdamWKernel.Serves(bucket))
                AdamWKernel.Update(bucket, factors);
            else
                factors.Apply(bucket);
            bucket.Scatter();
        }
        return norm;
    }

    /// <summary>Runs <paramref name="body"/> with the moving average in the parameters (their values, when none is kept).</summary>
    public void WithAverage(Action body)
    {
        foreach (var bucket in Buckets.Values)
            bucket.ScatterAverage();
        try
        {
            body();
        }
        finally
        {
            foreach (var bucket in Buckets.Values)
                bucket.Scatter();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bucket in Buckets.Values)
            bucket.Dispose();
    }
}
