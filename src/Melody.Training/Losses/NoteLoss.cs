using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>How well scores tell what the score of the music says (<see cref="Data.NoteTargets"/>).</summary>
internal static class NoteLoss
{
    /// <summary>Mean binary cross-entropy over all frames and targets, a float32 scalar.</summary>
    /// <param name="scores">Log-odds, [batch, frames, targets].</param>
    /// <param name="targets">0 to 1, of the same shape.</param>
    public static Tensor Compute(Tensor scores, Tensor targets)
    {
        scores = scores.to_type(ScalarType.Float32);
        // max(s, 0) - s t + log(1 + exp(-|s|)), which never overflows
        return (scores.clamp_min(0) - scores * targets + (-scores.abs()).exp().log1p()).mean();
    }
}
