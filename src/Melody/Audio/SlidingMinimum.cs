namespace Melody.Audio;

/// <summary>The least of the last values, in constant time a value (Lemire 2006).</summary>
/// <param name="width">Number of values.</param>
internal sealed class SlidingMinimum(int width)
{
    // Candidates in a ring: their times rise and their values rise.
    private readonly (long Time, double Value)[] _ring = new (long, double)[width + 1];
    private int _head,
        _count;
    private long _time;

    /// <summary>Takes a value and returns the least of the last <c>width</c>.</summary>
    public double Add(double value)
    {
        while (_count > 0 && _ring[(_head + _count - 1) % _ring.Length].Value >= value)
            _count--;
        _ring[(_head + _count++) % _ring.Length] = (_time++, value);
        if (_ring[_head].Time < _time - width)
        {
            _head = (_head + 1) % _ring.Length;
            _count--;
        }
        return _ring[_head].Value;
    }
}
