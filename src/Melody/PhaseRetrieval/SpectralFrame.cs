using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>One frame on its way through a <see cref="SpectrogramSynthesizer"/>.</summary>
internal sealed class SpectralFrame(int bins)
{
    /// <summary>Log-magnitudes of the common spectrum, relative to a full-scale sine.</summary>
    public float[] Levels { get; } = new float[bins];

    /// <summary>Magnitudes that the common spectrum is to have.</summary>
    public float[] Magnitudes { get; } = new float[bins];

    /// <summary>Real parts of the common spectrum.</summary>
    public float[] Re { get; } = new float[bins];

    /// <summary>Imaginary parts of the common spectrum.</summary>
    public float[] Im { get; } = new float[bins];

    /// <summary>How much each bin is noise, 0 to 1.</summary>
    public float[] Noise { get; } = new float[bins];

    /// <summary>Whether <see cref="Noise"/> holds for this frame.</summary>
    public bool HasNoise { get; set; }

    /// <summary>Energies that the mel bands are to have.</summary>
    public float[] BandEnergies { get; } = new float[BandGains.Bands];

    /// <summary>(E_L - E_R) / (E_L + E_R) in each stereo band.</summary>
    public float[] Balance { get; } = new float[StereoBands.Count];

    /// <summary>Re of L times conjugate R over sqrt(E_L E_R) in each stereo band.</summary>
    public float[] Correlation { get; } = new float[StereoBands.Count];

    /// <summary>True spectra of each channel; null where they are to be found.</summary>
    public ChannelSpectra? Known { get; set; }
}
