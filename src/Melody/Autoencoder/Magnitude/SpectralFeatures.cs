using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>What a magnitude autoencoder hears and predicts: the short-time spectrum of stereo sound without its phases.</summary>
/// <param name="LogMagnitude">
/// Natural log of sqrt((|L|² + |R|²) / 2), scaled so that a full-scale sine in both channels reads 0 and floored at
/// <see cref="StereoSpectrogram.Floor"/>: float32 [batch, frames, bins].
/// </param>
/// <param name="Balance">
/// (E_L - E_R) / (E_L + E_R) of the energies in each of the <see cref="Audio.StereoBands"/>, -1 (right) to 1 (left):
/// float32 [batch, frames, 24].
/// </param>
/// <param name="Correlation">
/// Re⟨L, R⟩ / sqrt(E_L E_R) in the same bands, from -1 (opposite) to 1 (in phase): float32 [batch, frames, 24].
/// </param>
internal sealed record SpectralFeatures(Tensor LogMagnitude, Tensor Balance, Tensor Correlation)
{
    /// <summary>Balance and correlation side by side, [batch, frames, 48].</summary>
    public Tensor Stereo => cat([Balance, Correlation], -1);

    /// <summary>Frames in time.</summary>
    public long Frames => LogMagnitude.shape[1];
}
