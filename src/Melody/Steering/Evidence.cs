namespace Melody.Steering;

/// <summary>
/// Which of several explanations the last frames speak for, and what would make the target plainer. A fact is worth what it
/// adds to the logarithm of the target's probability, so that nothing is gained by more of what is plain already.
/// </summary>
internal sealed class Evidence
{
    private readonly double[][] _fits;
    private readonly double[] _target,
        _evidence;
    private readonly double _weight,
        _kept;

    /// <param name="fits">How well each fact goes with each explanation, nats: one row an explanation.</param>
    /// <param name="target">How much each explanation is asked for; sums to 1.</param>
    /// <param name="weight">Evidence that a frame gives, of its worth: frames are not independent witnesses.</param>
    /// <param name="memory">After how many frames evidence has faded to 1/e.</param>
    public Evidence(double[][] fits, ReadOnlySpan<double> target, double weight, double memory)
    {
        (_fits, _weight, _kept, _evidence) = (fits, weight, Math.Exp(-1 / memory), new double[fits.Length]);
        _target = Mean(target);
    }

    /// <summary>Takes in a frame.</summary>
    /// <param name="facts">How certain each fact is, from 0.</param>
    public void Observe(ReadOnlySpan<float> facts)
    {
        for (int n = 0; n < _fits.Length; n++)
        {
            double fit = 0;
            for (int fact = 0; fact < facts.Length; fact++)
                fit += _fits[n][fact] * facts[fact];
            _evidence[n] = _kept * _evidence[n] + _weight * fit;
        }
    }

    /// <summary>How likely each explanation is, by <see cref="Observe"/>.</summary>
    public double[] Probabilities()
    {
        double highest = _evidence.Max();
        double[] shares = [.. _evidence.Select(e => Math.Exp(e - highest))];
        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    /// <summary>What each fact is worth in the next frame, nats.</summary>
    public double[] LogOdds()
    {
        var expected = Mean(Probabilities());
        return [.. _target.Select((target, fact) => target - expected[fact])];
    }

    private double[] Mean(ReadOnlySpan<double> shares)
    {
        var mean = new double[_fits[0].Length];
        for (int n = 0; n < _fits.Length; n++)
        for (int fact = 0; fact < mean.Length; fact++)
            mean[fact] += shares[n] * _fits[n][fact];
        return mean;
    }
}
