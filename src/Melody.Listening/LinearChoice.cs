namespace Melody.Listening;

/// <summary>Something to choose from, and what is right.</summary>
/// <param name="Candidates">One vector of features a candidate.</param>
/// <param name="Answer">How right each candidate is, summing to 1.</param>
internal sealed record ChoiceExample(float[][] Candidates, float[] Answer);

/// <summary>
/// A choice among candidates by a linear score: conditional logit (McFadden, "Conditional logit analysis of qualitative
/// choice behavior", 1974). The weights do not depend on a candidate's place.
/// </summary>
/// <param name="Weights">One a feature.</param>
internal sealed record LinearChoice(double[] Weights)
{
    /// <summary>Probabilities of the candidates; they sum to 1.</summary>
    public double[] Probabilities(float[][] candidates)
    {
        var scores = Scores(candidates);
        double best = scores.Max(),
            sum = 0;
        for (int i = 0; i < scores.Length; i++)
            sum += scores[i] = Math.Exp(scores[i] - best);
        for (int i = 0; i < scores.Length; i++)
            scores[i] /= sum;
        return scores;
    }

    /// <summary>Scores of the candidates: the logarithms of their probabilities but for a constant.</summary>
    public double[] Scores(float[][] candidates) => [.. candidates.Select(Score)];

    /// <summary>The most likely weights for the examples under a normal prior: <paramref name="ridge"/> is one over its variance.</summary>
    public static LinearChoice Fit(IReadOnlyList<ChoiceExample> examples, double ridge = 1, int steps = 200) =>
        new(
            Lbfgs.Minimize(
                (point, gradient) =>
                {
                    var choice = new LinearChoice(point);
                    double loss = 0;
                    for (int i = 0; i < point.Length; i++)
                        (loss, gradient[i]) = (loss + ridge / 2 * point[i] * point[i], ridge * point[i]);
                    foreach (var example in examples)
                    {
                        var probabilities = choice.Probabilities(example.Candidates);
                        for (int c = 0; c < probabilities.Length; c++)
                        {
                            if (example.Answer[c] > 0)
                                loss -= example.Answer[c] * Math.Log(Math.Max(probabilities[c], 1e-300));
                            double error = probabilities[c] - example.Answer[c];
                            if (Math.Abs(error) < 1e-7)
                                continue;
                            var vector = example.Candidates[c];
                            for (int f = 0; f < vector.Length; f++)
                                gradient[f] += error * vector[f];
                        }
                    }
                    return loss;
                },
                examples[0].Candidates[0].Length,
                steps
            )
        );

    private double Score(float[] vector)
    {
        double sum = 0;
        for (int i = 0; i < vector.Length; i++)
            sum += Weights[i] * vector[i];
        return sum;
    }
}
