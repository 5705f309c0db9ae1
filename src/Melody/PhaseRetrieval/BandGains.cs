using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Energies of a frame in 80 Slaney mel bands, and the correction of a spectrum whose energies came out otherwise. Phases that
/// do not fit magnitudes cancel where frames overlap; noise loses most.
/// </summary>
internal sealed class BandGains
{
    /// <summary>How many bands there are.</summary>
    public const int Bands = 80;

    private const float Least = 0.5f,
        Most = 2.5f;

    // a bin lies in two neighbouring triangles at most
    private readonly int[] _band;
    private readonly float[] _lower,
        _upper;
    private readonly float[] _found = new float[Bands + 1],
        _gains = new float[Bands + 1];
    private readonly float _quiet;

    /// <param name="grid">The window.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="floor">Magnitudes around this one count little, so that silence stays silence.</param>
    public BandGains(ShortTimeGrid grid, int sampleRate, float floor)
    {
        var bank = new MelFilterBank(sampleRate, grid.FftSize, Bands, scale: MelScale.Slaney);
        (_band, _lower, _upper, _quiet) = (new int[grid.Bins], new float[grid.Bins], new float[grid.Bins], floor * floor);
        for (int k = 0; k < grid.Bins; k++)
        {
            int band = 0;
            while (band < Bands - 1 && bank.Weights[band * grid.Bins + k] == 0)
                band++;
            _band[k] = band;
            _lower[k] = bank.Weights[band * grid.Bins + k];
            _upper[k] = band < Bands - 1 ? bank.Weights[(band + 1) * grid.Bins + k] : 0;
        }
    }

    /// <summary>Energies in the bands.</summary>
    /// <param name="re">Real parts, one a bin, or magnitudes.</param>
    /// <param name="im">Imaginary parts; empty for magnitudes.</param>
    /// <param name="energies">Receives <see cref="Bands"/> numbers.</param>
    public void Measure(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> energies)
    {
        _found.AsSpan().Clear();
        for (int k = 0; k < _band.Length; k++)
        {
            float energy = re[k] * re[k] + (im.IsEmpty ? 0 : im[k] * im[k]);
            _found[_band[k]] += _lower[k] * energy;
            _found[_band[k] + 1] += _upper[k] * energy;
        }
        _found.AsSpan(0, Bands).CopyTo(energies);
    }

    /// <summary>Scales a spectrum so that its bands come near the wanted energies.</summary>
    /// <param name="wanted">Energies, one a band.</param>
    /// <param name="re">Real parts; changed.</param>
    /// <param name="im">Imaginary parts; changed.</param>
    public void Correct(ReadOnlySpan<float> wanted, Span<float> re, Span<float> im)
    {
        Measure(re, im, _gains);
        for (int band = 0; band < Bands; band++)
            _gains[band] = Math.Clamp(MathF.Sqrt((wanted[band] + _quiet) / (_gains[band] + _quiet)), Least, Most);
        _gains[Bands] = 0;
        for (int k = 0; k < _band.Length; k++)
        {
            float weight = _lower[k] + _upper[k];
            if (weight < 1e-3f)
                continue;
            float gain = (_lower[k] * _gains[_band[k]] + _upper[k] * _gains[_band[k] + 1]) / weight;
            (re[k], im[k]) = (re[k] * gain, im[k] * gain);
        }
    }
}
