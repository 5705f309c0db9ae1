namespace Melody.Training.Optimization;

/// <summary>How one set of parameters is optimised: AdamW with warm-up, cosine decay and clipping.</summary>
internal sealed record OptimizerOptions
{
    /// <summary>The learning rate after the warm-up.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>The learning rate at the last step, as a share of <see cref="LearningRate"/>.</summary>
    public double FinalShare { get; init; } = 0.05;

    /// <summary>Steps over which the learning rate rises from zero.</summary>
    public long WarmUpSteps { get; init; } = 200;

    /// <summary>Decay of the gradient's running mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the squared gradient's running mean.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the squared gradient's mean.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay; matrices and kernels only, never gains, biases and other vectors.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The gradient's norm is scaled down to this; 0 leaves it as it is.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Decay of the exponential moving average of the parameters; 0 keeps none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Whether <see cref="Optimization.Muon"/> updates the matrices between hidden values.</summary>
    public bool Muon { get; init; }

    /// <summary>Linear warm-up, then half a cosine from 1 down to <see cref="FinalShare"/> at <paramref name="totalSteps"/>.</summary>
    public double LearningRateAt(long step, long totalSteps)
    {
        if (step < WarmUpSteps)
            return LearningRate * (step + 1) / WarmUpSteps;
        double progress = Math.Clamp((step - WarmUpSteps) / (double)Math.Max(1, totalSteps - WarmUpSteps), 0, 1);
        return LearningRate * (FinalShare + (1 - FinalShare) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }

    /// <summary>Linear warm-up, then <see cref="LearningRate"/>, and at last a straight line down to <see cref="FinalShare"/>.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="left">Share of the cool-down that is left; 1 and more before it has begun.</param>
    public double CoolDownRateAt(long step, double left)
    {
        double height = step < WarmUpSteps ? (step + 1.0) / WarmUpSteps : 1;
        return LearningRate * height * (FinalShare + (1 - FinalShare) * Math.Clamp(left, 0, 1));
    }
}
