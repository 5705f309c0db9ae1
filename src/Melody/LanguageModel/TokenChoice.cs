namespace Melody.LanguageModel;

/// <summary>Draws one token from scores, on the CPU in double precision, so that equal scores give equal tokens everywhere.</summary>
internal static class TokenChoice
{
    /// <param name="scores">Unnormalised log-probabilities.</param>
    /// <param name="options">Temperature, top-k, top-p, in that order.</param>
    /// <param name="uniform">Where in [0, 1) the draw falls; ignored at temperature 0.</param>
    public static int Draw(ReadOnlySpan<float> scores, TokenSamplingOptions options, double uniform)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
                throw new MelodyException("The semantic language model gave no numbers; its weights are damaged.");
            if (scores[i] > scores[best])
                best = i;
        }
        if (options.Temperature == 0)
            return best;
        var weights = new double[scores.Length];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp(((double)scores[i] - scores[best]) / options.Temperature);
        Restrict(weights, options);
        double target = uniform * weights.Sum(),
            sum = 0;
        int last = best;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
                continue;
            sum += weights[i];
            last = i;
            if (sum > target)
                break;
        }
        return last;
    }

    private static void Restrict(double[] weights, TokenSamplingOptions options)
    {
        int keep = Math.Min(options.TopK ?? weights.Length, weights.Length);
        double share = options.TopP ?? 1;
        if (keep == weights.Length && share >= 1)
            return;
        var order = Enumerable.Range(0, weights.Length).ToArray();
        Array.Sort(order, (a, b) => weights[a] != weights[b] ? weights[b].CompareTo(weights[a]) : a.CompareTo(b));
        double total = 0,
            sum = 0;
        for (int i = 0; i < keep; i++)
            total += weights[order[i]];
        int kept = 0;
        while (kept < keep && (kept == 0 || sum < share * total))
            sum += weights[order[kept++]];
        for (int i = kept; i < order.Length; i++)
            weights[order[i]] = 0;
    }
}
