using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// MuLan's batch contrastive loss (paper section 2.1; arXiv 2208.12415): with h(a, t) = exp(a·t / temperature), the mean
/// over i of -log[ h(a_i, t_i) / (h(a_i, t_i) + sum over j ≠ i of h(a_i, t_j) + h(a_j, t_i)) ]. Both directions, other
/// texts for this music and other music for this text, stand in one denominator.
/// </summary>
internal static class ContrastiveLoss
{
    /// <summary>The loss, a float32 scalar.</summary>
    /// <param name="audio">Unit vectors [batch, width].</param>
    /// <param name="text">Unit vectors [batch, width]; row i describes row i of the audio.</param>
    /// <param name="temperature">Scalar or [1], positive.</param>
    /// <param name="same">
    /// Bool [batch, batch]: pairs that also belong together, such as two clips with one description, and are not counterexamples;
    /// symmetric. Null for none.
    /// </param>
    public static Tensor Compute(Tensor audio, Tensor text, Tensor temperature, Tensor? same = null)
    {
        var scores = matmul(audio.to_type(ScalarType.Float32), text.to_type(ScalarType.Float32).transpose(0, 1)) / temperature;
        long batch = scores.shape[0];
        var itself = eye(batch, batch, ScalarType.Bool, scores.device);
        var excluded = same is null ? itself : itself.logical_or(same);
        var texts = scores.masked_fill(same is null ? zeros_like(itself) : same.logical_and(itself.logical_not()), double.NegativeInfinity);
        var others = scores.transpose(0, 1).masked_fill(excluded, double.NegativeInfinity);
        return (cat([texts, others], 1).logsumexp(1) - scores.diagonal()).mean();
    }
}
