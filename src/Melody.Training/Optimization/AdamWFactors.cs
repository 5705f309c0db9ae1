namespace Melody.Training.Optimization;

/// <summary>What one update of AdamW (Loshchilov and Hutter, 2019) does to each value.</summary>
internal readonly record struct AdamWFactors
{
    /// <summary>On the gradient.</summary>
    public required float Gradient { get; init; }

    /// <summary>1 - beta 1, how far the running mean moves to the gradient.</summary>
    public required float MeanStep { get; init; }

    /// <summary>Beta 2, what stays of the running mean of squares.</summary>
    public required float SquareKept { get; init; }

    /// <summary>1 / (1 - beta 2^n): the mean of squares is started from zero.</summary>
    public required float SquareCorrection { get; init; }

    /// <summary>Added to the root.</summary>
    public required float Epsilon { get; init; }

    /// <summary>1 - rate x weight decay, what stays of the value.</summary>
    public required float ValueKept { get; init; }

    /// <summary>-rate / (1 - beta 1^n).</summary>
    public required float ValueStep { get; init; }

    /// <summary>How far the moving average moves to the value.</summary>
    public required float AverageStep { get; init; }

    /// <summary>Of update n of a bucket.</summary>
    /// <param name="options">The decays.</param>
    /// <param name="update">n, from 1.</param>
    /// <param name="learningRate">Of this update.</param>
    /// <param name="weightDecay">Of the bucket.</param>
    /// <param name="clip">Factor on the gradient.</param>
    public static AdamWFactors Of(OptimizerOptions options, long update, double learningRate, double weightDecay, double clip) =>
        new()
        {
            Gradient = (float)clip,
            MeanStep = (float)(1 - options.Beta1),
            SquareKept = (float)options.Beta2,
            SquareCorrection = (float)(1 / (1 - Math.Pow(options.Beta2, update))),
            Epsilon = (float)options.Epsilon,
            ValueKept = (float)(1 - learningRate * weightDecay),
            ValueStep = (float)(-learningRate / (1 - Math.Pow(options.Beta1, update))),
            // the average starts fast: its horizon is never longer than the training so far
            AverageStep = (float)(1 - Math.Min(options.EmaDecay, (1.0 + update) / (10 + update))),
        };

    /// <summary>The update in tensor operations, for devices that have no kernel for it; the gradient is overwritten.</summary>
    public void Apply(ParameterBucket bucket)
    {
        if (Gradient != 1)
            bucket.Gradient.mul_(Gradient);
        bucket.Mean.lerp_(bucket.Gradient, MeanStep);
        bucket.MeanSquare.mul_(SquareKept).addcmul_(bucket.Gradient, bucket.Gradient, 1 - SquareKept);
        if (ValueKept != 1)
            bucket.Values.mul_(ValueKept);
        bucket.Values.addcdiv_(bucket.Mean, (bucket.MeanSquare * SquareCorrection).sqrt_().add_(Epsilon), ValueStep);
        bucket.Average?.lerp_(bucket.Values, AverageStep);
    }
}
