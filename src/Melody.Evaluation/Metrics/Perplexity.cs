using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Metrics;

/// <summary>exp of the mean negative log-probability of the tokens that came (Jelinek, Mercer, Bahl and Baker, 1977).</summary>
internal static class Perplexity
{
    /// <summary>From natural log-probabilities; NaN when there are none.</summary>
    public static double Of(IReadOnlyCollection<double> logProbabilities) =>
        logProbabilities.Count == 0 ? double.NaN : Math.Exp(-logProbabilities.Average());

    /// <summary>Natural log-probability of each token under a softmax of its logits.</summary>
    /// <param name="logits">[tokens, vocabulary].</param>
    /// <param name="tokens">int64 [tokens].</param>
    public static double[] LogProbabilities(Tensor logits, Tensor tokens)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var all = nn.functional.log_softmax(logits.to_type(ScalarType.Float32), -1);
        return all.gather(-1, tokens.unsqueeze(-1)).squeeze(-1).to_type(ScalarType.Float64).cpu().data<double>().ToArray();
    }
}
