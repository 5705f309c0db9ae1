using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.SelfSupervised;

/// <summary>
/// -log exp(cos(c, q) / t) / sum over q' in {q, negatives} exp(cos(c, q') / t), the mean over the masked frames (wav2vec
/// 2.0, eq. 3). Negatives are quantized vectors of other masked frames of the same example; one that equals the true
/// vector does not count.
/// </summary>
internal static class MaskedContrastiveLoss
{
    /// <param name="contexts">Predictions at the masked frames, [batch, masked, width].</param>
    /// <param name="targets">Quantized vectors of the same frames, [batch, masked, width].</param>
    /// <param name="negatives">Indices into the masked frames, int64 [batch, masked, negatives]; none is the frame's own.</param>
    /// <param name="temperature">t.</param>
    /// <returns>The loss, and the share of frames whose true vector scores highest.</returns>
    public static (Tensor Loss, Tensor Accuracy) Compute(Tensor contexts, Tensor targets, Tensor negatives, double temperature = 0.1)
    {
        var normalized = Unit(targets.to_type(ScalarType.Float32));
        var similarity = matmul(Unit(contexts.to_type(ScalarType.Float32)), normalized.transpose(1, 2)) / temperature;
        var same = matmul(normalized.detach(), normalized.detach().transpose(1, 2)) > 1 - 1e-6;
        var wrong = similarity.gather(2, negatives).masked_fill(same.gather(2, negatives), double.NegativeInfinity);
        var scores = cat([similarity.diagonal(0, 1, 2).unsqueeze(-1), wrong], -1);
        var loss = -nn.functional.log_softmax(scores, -1).select(-1, 0).mean();
        return (loss, (scores.argmax(-1) == 0).to_type(ScalarType.Float32).mean());
    }

    private static Tensor Unit(Tensor x) => x / x.square().sum(-1, keepdim: true).clamp_min(1e-12).sqrt();
}
