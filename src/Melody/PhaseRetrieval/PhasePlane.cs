namespace Melody.PhaseRetrieval;

/// <summary>
/// The plane of frames and bins over which phases grow: steps to the next frame and the next bin, levels of the bins that
/// still wait, phases. A border of bins that never wait runs around it.
/// </summary>
internal sealed class PhasePlane
{
    private readonly int _bins,
        _stride;
    private readonly float[] _time,
        _across,
        _phase;

    // 0: not waiting (has its phase, or is too quiet, or border)
    private readonly ushort[] _level;
    private readonly LevelQueue _queue;

    /// <param name="frames">Frames.</param>
    /// <param name="bins">Bins in a frame.</param>
    public PhasePlane(int frames, int bins)
    {
        (Frames, _bins, _stride) = (frames, bins, bins + 1);
        int size = checked((frames + 2) * _stride);
        (_time, _across, _phase, _level) = (new float[size], new float[size], new float[size], new ushort[size]);
        _queue = new(size);
    }

    /// <summary>How many frames there are.</summary>
    public int Frames { get; }

    /// <summary>Turns to the same bin of the next frame, one a bin; to be filled.</summary>
    public Span<float> TimeSteps(int frame) => Row(_time, frame);

    /// <summary>Turns to the next bin, one a bin; to be filled, except for the last.</summary>
    public Span<float> FrequencySteps(int frame) => Row(_across, frame);

    /// <summary>Phases of a frame, turns, not wrapped; those of quiet bins are 0.</summary>
    public ReadOnlySpan<float> Phases(int frame) => Row(_phase, frame);

    /// <summary>Lets the bins of a frame wait that are loud enough.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="logMagnitudes">Nepers; one a bin.</param>
    /// <param name="threshold">Only louder bins wait.</param>
    /// <param name="top">The loudest of all bins.</param>
    public void SetLevels(int frame, ReadOnlySpan<float> logMagnitudes, float threshold, float top)
    {
        var levels = _level.AsSpan((frame + 1) * _stride, _bins);
        float scale = (LevelQueue.Levels - 2) / (top - threshold);
        for (int k = 0; k < levels.Length; k++)
            levels[k] = logMagnitudes[k] > threshold ? (ushort)(1 + (int)((logMagnitudes[k] - threshold) * scale)) : (ushort)0;
    }

    /// <summary>Gives a frame its true phases; its loud bins are where integration starts.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="phases">Turns; one a bin.</param>
    public void SetPhases(int frame, ReadOnlySpan<float> phases)
    {
        int first = (frame + 1) * _stride;
        for (int k = 0; k < _bins; k++)
            if (_level[first + k] > 0)
                Reach(first + k, phases[k]);
    }

    /// <summary>Gives every bin that waits its phase. Bins that no known frame reaches start from the loudest, with phase 0.</summary>
    public void Grow()
    {
        Spread();
        foreach (int start in LoudestFirst())
            if (_level[start] > 0)
            {
                Reach(start, 0);
                Spread();
            }
    }

    private void Spread()
    {
        ushort[] level = _level;
        for (int i; (i = _queue.Pop()) >= 0; )
        {
            float phase = _phase[i];
            if (level[i + _stride] > 0)
                Reach(i + _stride, phase + _time[i]);
            if (level[i - _stride] > 0)
                Reach(i - _stride, phase - _time[i - _stride]);
            if (level[i + 1] > 0)
                Reach(i + 1, phase + _across[i]);
            if (level[i - 1] > 0)
                Reach(i - 1, phase - _across[i - 1]);
        }
    }

    private void Reach(int bin, float phase)
    {
        _phase[bin] = Turns.Wrap(phase);
        _queue.Push(bin, _level[bin]);
        _level[bin] = 0;
    }

    // counting sort of the bins that wait; few do, once the first one has spread
    private int[] LoudestFirst()
    {
        var starts = new int[LevelQueue.Levels + 1];
        foreach (ushort level in _level)
            starts[LevelQueue.Levels - level]++;
        int waiting = 0;
        for (int i = 0; i < LevelQueue.Levels; i++)
            (starts[i], waiting) = (waiting, waiting + starts[i]);
        var order = new int[waiting];
        for (int i = 0; i < _level.Length; i++)
            if (_level[i] > 0)
                order[starts[LevelQueue.Levels - _level[i]]++] = i;
        return order;
    }

    private Span<float> Row(float[] plane, int frame) => plane.AsSpan((frame + 1) * _stride, _bins);
}
