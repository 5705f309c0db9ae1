namespace Melody.PhaseRetrieval;

/// <summary>The latest samples of a stream, to be read by frames; before the first and after the last there is silence.</summary>
internal sealed class SampleWindow(int history)
{
    private readonly float[] _samples = new float[4 * history];
    private long _first;
    private int _count;

    /// <summary>How many samples there were.</summary>
    public long End => _first + _count;

    /// <summary>Adds samples, no more than the history at once.</summary>
    public void Append(ReadOnlySpan<float> samples)
    {
        if (_count + samples.Length > _samples.Length)
        {
            int dropped = _count - history;
            _samples.AsSpan(dropped, history).CopyTo(_samples);
            (_first, _count) = (_first + dropped, history);
        }
        samples.CopyTo(_samples.AsSpan(_count));
        _count += samples.Length;
    }

    /// <summary>Reads from a sample on; it lies within the history.</summary>
    public void Read(long start, Span<float> samples)
    {
        samples.Clear();
        long from = Math.Max(start, _first),
            to = Math.Min(start + samples.Length, End);
        if (to > from)
            _samples.AsSpan((int)(from - _first), (int)(to - from)).CopyTo(samples[(int)(from - start)..]);
    }
}
