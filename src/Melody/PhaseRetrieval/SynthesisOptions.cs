namespace Melody.PhaseRetrieval;

/// <summary>What <see cref="SpectrogramSynthesizer"/> does beside integrating phases.</summary>
internal sealed record SynthesisOptions
{
    /// <summary>Log-magnitudes at ln of this are silence; relative to a full-scale sine.</summary>
    public double Floor { get; init; } = 1e-5;

    /// <summary>Bins under this times the largest magnitude around them get random phases.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Whether one iteration of Griffin and Lim follows the integration.</summary>
    public bool Iteration { get; init; } = true;

    /// <summary>Whether the energies of 80 mel bands of each frame are corrected at the end.</summary>
    public bool BandGains { get; init; } = true;

    /// <summary>
    /// The spread (scale of a Laplace distribution of the log-magnitude, nepers) up to which a bin is all tone. Tones that an autoencoder
    /// predicts badly have spreads of 0.2 to 0.4.
    /// </summary>
    public double TonalSpread { get; init; } = 0.42;

    /// <summary>The spread from which on a bin is all noise: that of the log-magnitude of white noise.</summary>
    public double NoiseSpread { get; init; } = 0.49;

    /// <summary>Of random phases and of the noise.</summary>
    public ulong Seed { get; init; }
}
