namespace Melody.PhaseRetrieval;

/// <summary>
/// Phases frame by frame (Průša and Søndergaard, "Real-time spectrogram inversion using phase gradient heap integration",
/// 2016): a frame's phases grow from those of the frame before, and along the frame from its loudest bins outwards. One frame
/// of look-ahead tells both slopes as well as the whole sound would, so the phases of a frame come with the next frame.
/// </summary>
/// <remarks>
/// The paper's heap is not needed. It gives a bin its phase along the path whose quietest bin is loudest, and along one frame a
/// path comes from the frame before, from the left or from the right: one scan in either direction finds the best of each.
/// </remarks>
internal sealed class PhaseStream
{
    private const float Unreachable = float.NegativeInfinity,
        LastResort = float.MinValue;

    private sealed class Frame(int bins)
    {
        public readonly float[] Levels = new float[bins],
            Roots = new float[bins],
            Time = new float[bins],
            Phases = new float[bins];
        public float Top;
        public bool Known;
    }

    private readonly int _bins;
    private readonly float _range;
    private readonly PhaseGradients _gradients;
    private readonly RandomPhases _random;
    private readonly float[] _own,
        _source,
        _start,
        _across,
        _slope,
        _left;
    private readonly sbyte[] _from;
    private Frame _before,
        _here,
        _next;
    private long _frame;
    private bool _waiting;

    /// <param name="grid">Window and hop.</param>
    /// <param name="tolerance">Bins under this times the largest magnitude of their frame and the one before get random phases.</param>
    /// <param name="seed">Of the random phases.</param>
    public PhaseStream(ShortTimeGrid grid, double tolerance = 1e-6, ulong seed = 0)
    {
        if (!(tolerance is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance lies between 0 and 1.");
        (_bins, _gradients, _random, _range) = (grid.Bins, new(grid), new(seed), (float)-Math.Log(tolerance));
        (_before, _here, _next) = (new(_bins), new(_bins), new(_bins));
        (_own, _source, _start) = (new float[_bins], new float[_bins], new float[_bins]);
        (_across, _slope, _left, _from) = (new float[_bins], new float[_bins], new float[_bins], new sbyte[_bins]);
    }

    /// <summary>Takes the next frame and tells the phases of the one before it.</summary>
    /// <param name="logMagnitudes">ln of magnitudes, one a bin, in any unit; negative infinity is silence.</param>
    /// <param name="phases">Receives the phases of the frame before in turns, counted from the middle of its window.</param>
    /// <param name="known">True phases of the new frame, turns; empty where it has none.</param>
    /// <returns>Whether there was a frame before.</returns>
    public bool Push(ReadOnlySpan<float> logMagnitudes, Span<float> phases, ReadOnlySpan<float> known = default)
    {
        _next.Top = Levels.Clamp(logMagnitudes[.._bins], _next.Levels);
        _next.Known = !known.IsEmpty;
        if (_next.Known)
            known[.._bins].CopyTo(_next.Phases);
        PhaseGradients.Roots(_next.Levels, _next.Roots);
        _gradients.OverTime(_next.Roots, _next.Time);
        bool told = Tell(_next, 1, phases);
        (_before, _here, _next) = (_here, _next, _before);
        _waiting = true;
        return told;
    }

    /// <summary>Tells the phases of the last frame. No frame may follow.</summary>
    /// <returns>Whether there was a frame.</returns>
    public bool Finish(Span<float> phases)
    {
        bool told = Tell(_here, 0, phases);
        _waiting = false;
        return told;
    }

    private bool Tell(Frame later, int ahead, Span<float> phases)
    {
        if (!_waiting)
            return false;
        if (!_here.Known)
            Integrate(_frame > 0 ? _before : null, later, ahead);
        _frame++;
        _here.Phases.CopyTo(phases);
        return true;
    }

    private void Integrate(Frame? before, Frame later, int ahead)
    {
        float top = Math.Max(_here.Top, before?.Top ?? Levels.Silence),
            threshold = Math.Max(top - _range, Levels.Silence);
        _gradients.OverFrequency((before ?? _here).Roots, later.Roots, ahead + (before is null ? 0 : 1), _slope);
        PhaseGradients.Average(_slope.AsSpan(0, _bins - 1), _slope.AsSpan(1), _across);
        Sources(before, threshold);
        FindPaths();
        FollowPaths();
        _random.Fill(_frame, _here.Levels, threshold, _here.Phases);
    }

    // what each bin can be reached from in the frame before; a run of loud bins that nothing reaches starts from its loudest
    private void Sources(Frame? before, float threshold)
    {
        if (before is null)
            _start.AsSpan().Clear();
        else
            PhaseGradients.Average(before.Time, _here.Time, _start);
        int loudest = -1;
        bool reached = false;
        for (int k = 0; k <= _bins; k++)
        {
            bool loud = k < _bins && _here.Levels[k] > threshold;
            if (!loud)
            {
                if (loudest >= 0 && !reached)
                    (_source[loudest], _start[loudest]) = (LastResort, 0);
                (loudest, reached) = (-1, false);
                if (k < _bins)
                    _own[k] = _source[k] = Unreachable;
                continue;
            }
            _own[k] = _here.Levels[k];
            _source[k] = Unreachable;
            if (before is not null && before.Levels[k] > threshold)
            {
                (_source[k], reached) = (before.Levels[k], true);
                _start[k] += before.Phases[k];
            }
            if (loudest < 0 || _own[k] > _own[loudest])
                loudest = k;
        }
    }

    // the level of a path is that of its quietest bin; ties go to the frame before, then to the left, so no two bins lean on each other
    private void FindPaths()
    {
        float level = Unreachable;
        for (int k = 0; k < _bins; k++)
        {
            _left[k] = level;
            level = Math.Min(_own[k], Math.Max(_source[k], level));
        }
        level = Unreachable;
        for (int k = _bins - 1; k >= 0; k--)
        {
            float source = _source[k],
                left = _left[k];
            _from[k] = (sbyte)(
                left > source && left >= level ? -1
                : level > source ? 1
                : 0
            );
            level = Math.Min(_own[k], Math.Max(source, level));
        }
    }

    private void FollowPaths()
    {
        float[] phases = _here.Phases;
        float phase = 0;
        for (int k = 0; k < phases.Length; k++)
        {
            phase = Turns.Wrap(_from[k] < 0 ? phase + _across[k - 1] : _start[k]);
            phases[k] = phase;
        }
        for (int k = phases.Length - 2; k >= 0; k--)
            if (_from[k] > 0)
                phases[k] = Turns.Wrap(phases[k + 1] - _across[k]);
    }
}
