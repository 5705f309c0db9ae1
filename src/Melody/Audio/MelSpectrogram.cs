using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Audio;

/// <summary>
/// Mel spectrogram: the squared (or plain) magnitudes of an <see cref="Audio.Stft"/> through a <see cref="MelFilterBank"/>,
/// and its natural logarithm ln(max(mel, floor)). Float32 throughout.
/// </summary>
/// <param name="stft">The transform; its size in samples must be that of the filters.</param>
/// <param name="filters">The mel bands.</param>
/// <param name="power">2 for energies, 1 for magnitudes.</param>
internal sealed class MelSpectrogram(Stft stft, MelFilterBank filters, double power = 2)
{
    /// <summary>The transform.</summary>
    public Stft Stft { get; } =
        stft.Bins == filters.Bins ? stft : throw new ArgumentException("The filters are for another transform size.", nameof(stft));

    /// <summary>The mel bands.</summary>
    public MelFilterBank Filters { get; } = filters;

    /// <summary>Mel energies [batch, frames, bands] of audio [batch, samples].</summary>
    public Tensor Mel(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var magnitude = power == 2 ? view_as_real(Stft.Spectrum(audio)).square().sum(-1) : Stft.Magnitude(audio, floor: 1e-8).pow(power);
        return Filters.Apply(magnitude).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>ln(max(mel, floor)) [batch, frames, bands] of audio [batch, samples].</summary>
    public Tensor LogMel(Tensor audio, double floor = 1e-5)
    {
        using var scope = NewDisposeScope();
        return Mel(audio).clamp_min(floor).log().MoveToOuterDisposeScope();
    }
}
