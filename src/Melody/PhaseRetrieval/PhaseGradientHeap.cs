namespace Melody.PhaseRetrieval;

/// <summary>
/// Phases of a whole sound from the magnitudes of its short-time Fourier transform: the gradients of the phase are summed up
/// over time and frequency, from the loudest bins outwards, each bin from the loudest neighbour that has its phase already
/// (Průša, Balazs and Søndergaard, "A noniterative method for reconstruction of phase from STFT magnitude", 2017, algorithm 1).
/// </summary>
/// <remarks>The heap is a <see cref="LevelQueue"/>: levels of 1/4,094 of the range of significant magnitudes, 0.03 dB.</remarks>
internal sealed class PhaseGradientHeap
{
    private readonly int _bins;
    private readonly PhaseGradients _gradients;
    private readonly float _range;
    private readonly RandomPhases _random;

    /// <param name="grid">Window and hop.</param>
    /// <param name="tolerance">Bins under this times the largest magnitude get random phases; in (0, 1).</param>
    /// <param name="seed">Of the random phases.</param>
    public PhaseGradientHeap(ShortTimeGrid grid, double tolerance = 1e-6, ulong seed = 0)
    {
        if (!(tolerance is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance lies between 0 and 1.");
        (_bins, _gradients, _random, _range) = (grid.Bins, new(grid), new(seed), (float)-Math.Log(tolerance));
    }

    /// <summary>Phases of every bin.</summary>
    /// <param name="logMagnitudes">ln of magnitudes, [frames, bins] in rows, in any unit; negative infinity is silence.</param>
    /// <param name="phases">
    /// Receives phases in turns, [-1/2, 1/2], counted from the middle of each window, [frames, bins]; holds those of known frames.
    /// </param>
    /// <param name="known">Which frames have true phases already; none where it is empty. They stay, and integration starts there.</param>
    /// <exception cref="ArgumentException">Sizes that do not belong together.</exception>
    public void Integrate(ReadOnlySpan<float> logMagnitudes, Span<float> phases, ReadOnlySpan<bool> known = default)
    {
        int frames = logMagnitudes.Length / _bins;
        if (frames * _bins != logMagnitudes.Length || phases.Length != logMagnitudes.Length)
            throw new ArgumentException($"Log-magnitudes and phases are rows of {_bins} bins, as many of one as of the other.");
        if (known.Length != 0 && known.Length != frames)
            throw new ArgumentException($"{known.Length} frames are known or not; there are {frames}.", nameof(known));
        if (frames == 0)
            return;
        var levels = new float[logMagnitudes.Length];
        float top = Levels.Clamp(logMagnitudes, levels),
            threshold = Math.Max(top - _range, Levels.Silence);
        var plane = new PhasePlane(frames, _bins);
        FillSteps(plane, levels);
        for (int n = 0; n < frames; n++)
            plane.SetLevels(n, levels.AsSpan(n * _bins, _bins), threshold, Math.Max(top, threshold + 1));
        for (int n = 0; n < known.Length; n++)
            if (known[n])
                plane.SetPhases(n, phases.Slice(n * _bins, _bins));
        plane.Grow();
        for (int n = 0; n < frames; n++)
        {
            if (n < known.Length && known[n])
                continue;
            var row = phases.Slice(n * _bins, _bins);
            plane.Phases(n).CopyTo(row);
            _random.Fill(n, levels.AsSpan(n * _bins, _bins), threshold, row);
        }
    }

    private void FillSteps(PhasePlane plane, ReadOnlySpan<float> levels)
    {
        float[] here = new float[_bins],
            after = new float[_bins],
            frequency = new float[_bins],
            roots = new float[levels.Length];
        PhaseGradients.Roots(levels, roots);
        _gradients.OverTime(roots.AsSpan(0, _bins), here);
        for (int n = 0; n < plane.Frames; n++)
        {
            int earlier = Math.Max(n - 1, 0),
                later = Math.Min(n + 1, plane.Frames - 1);
            var next = roots.AsSpan(later * _bins, _bins);
            _gradients.OverTime(next, after);
            _gradients.OverFrequency(roots.AsSpan(earlier * _bins, _bins), next, later - earlier, frequency);
            PhaseGradients.Average(here, after, plane.TimeSteps(n));
            PhaseGradients.Average(frequency.AsSpan(0, _bins - 1), frequency.AsSpan(1), plane.FrequencySteps(n));
            (here, after) = (after, here);
        }
    }
}
