namespace Melody.Evaluation.Listening;

/// <summary>Something to choose from, and what is right.</summary>
/// <param name="Candidates">One vector of features a candidate.</param>
/// <param name="Answer">
/// How right each alternative is, summing to 1; alternative kind * candidates + c is candidate c taken as that kind.
/// </param>
internal sealed record ChoiceExample(float[][] Candidates, float[] Answer);

/// <summary>
/// A choice among candidates by a linear score: conditional logit (McFadden, "Conditional logit analysis of qualitative
/// choice behavior", 1974). Each candidate may be taken as one of several kinds with weights of their own, as each of the
/// twelve tonics may be that of a major or of a minor key; the weights do not depend on the candidate's place.
/// </summary>
/// <param name="Weights">A row a kind; the last weight of a row is added to every score of the kind.</param>
internal sealed record LinearChoice(double[][] Weights)
{
    /// <summary>Probabilities of the alternatives, kind after kind; they sum to 1.</summary>
    public double[] Probabilities(float[][] candidates)
    {
        var scores = Scores(candidates);
        double best = scores.Max(), sum = 0;
        for (int i = 0; i < scores.Length; i++) sum += scores[i] = Math.Exp(scores[i] - best);
        for (int i = 0; i < scores.Length; i++) scores[i] /= sum;
        return scores;
    }

    /// <summary>Scores of the alternatives, kind after kind: the logarithms of their probabilities but for a constant.</summary>
    public double[] Scores(float[][] candidates)
    {
        var scores = new double[Weights.Length * candidates.Length];
        for (int kind = 0; kind < Weights.Length; kind++)
            for (int c = 0; c < candidates.Length; c++)
                scores[kind * candidates.Length + c] = Dot(Weights[kind], candidates[c]) + Weights[kind][^1];
        return scores;
    }

    /// <summary>The most likely weights for the examples under a normal prior: <paramref name="ridge"/> is one over its variance.</summary>
    public static LinearChoice Fit(IReadOnlyList<ChoiceExample> examples, int kinds, double ridge = 1, int steps = 200)
    {
        int features = examples[0].Candidates[0].Length, row = features + 1;
        var found = Lbfgs.Minimize((point, gradient) =>
        {
            var choice = new LinearChoice(Rows(point));
            double loss = 0;
            Array.Clear(gradient);
            for (int i = 0; i < point.Length; i++)
                if (i % row != features) (loss, gradient[i]) = (loss + ridge / 2 * point[i] * point[i], ridge * point[i]);
            foreach (var example in examples)
            {
                var probabilities = choice.Probabilities(example.Candidates);
                for (int a = 0; a < probabilities.Length; a++)
                {
                    if (example.Answer[a] > 0) loss -= example.Answer[a] * Math.Log(Math.Max(probabilities[a], 1e-300));
                    double error = probabilities[a] - example.Answer[a];
                    if (Math.Abs(error) < 1e-7) continue;
                    int start = a / example.Candidates.Length * row;
                    var vector = example.Candidates[a % example.Candidates.Length];
                    for (int f = 0; f < features; f++) gradient[start + f] += error * vector[f];
                    gradient[start + features] += error;
                }
            }
            return loss;
        }, kinds * row, steps);
        return new(Rows(found));

        double[][] Rows(double[] point) => [.. Enumerable.Range(0, kinds).Select(kind => point[(kind * row)..((kind + 1) * row)])];
    }

    private static double Dot(double[] weights, float[] vector)
    {
        double sum = 0;
        for (int i = 0; i < vector.Length; i++) sum += weights[i] * vector[i];
        return sum;
    }
}
