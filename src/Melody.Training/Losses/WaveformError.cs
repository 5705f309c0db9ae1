using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// The length of the difference of two signals over the length of the target, averaged over a batch: 0 for equal signals,
/// 1 for silence, sqrt(2) for a signal as loud as the target that has nothing to do with it. The one term that hears phase,
/// above all that of the loud low partials.
/// </summary>
internal static class WaveformError
{
    // a segment quieter than -60 dB counts as if it were that loud
    private const double SmallestLevel = 1e-3;

    /// <summary>Audio [batch, samples] and its target -> a float32 scalar.</summary>
    public static Tensor Between(Tensor audio, Tensor target)
    {
        double floor = target.shape[1] * SmallestLevel * SmallestLevel;
        var error = (audio - target).square().sum([1]).clamp_min(1e-6 * floor).sqrt();
        return (error / target.square().sum([1]).clamp_min(floor).sqrt()).mean();
    }
}
