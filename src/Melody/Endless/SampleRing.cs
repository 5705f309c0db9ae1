namespace Melody.Endless;

/// <summary>A bounded queue of samples between one thread that writes and one that reads, without locks or allocation.</summary>
internal sealed class SampleRing
{
    private readonly float[] _values;
    private long _read,
        _written;

    /// <param name="capacity">Samples that it holds.</param>
    public SampleRing(int capacity) => _values = new float[capacity];

    /// <summary>Samples that it holds at most.</summary>
    public int Capacity => _values.Length;

    /// <summary>Samples read since the beginning.</summary>
    public long ReadCount => Volatile.Read(ref _read);

    /// <summary>Samples written since the beginning.</summary>
    public long WrittenCount => Volatile.Read(ref _written);

    /// <summary>Samples that can be read.</summary>
    public int Available => (int)(WrittenCount - ReadCount);

    /// <summary>Takes as many samples as there is room for and returns how many; for the writer.</summary>
    public int Write(ReadOnlySpan<float> samples)
    {
        long written = _written;
        int count = Math.Min(samples.Length, Capacity - (int)(written - ReadCount)),
            at = (int)(written % Capacity),
            first = Math.Min(count, Capacity - at);
        samples[..first].CopyTo(_values.AsSpan(at));
        samples[first..count].CopyTo(_values);
        Volatile.Write(ref _written, written + count);
        return count;
    }

    /// <summary>Copies the next samples without taking them, as many as there are and fit, and returns how many; for the reader.</summary>
    public int Peek(Span<float> samples) => Copy(_read, samples);

    /// <summary>Takes samples; for the reader.</summary>
    public void Skip(int count) => Volatile.Write(ref _read, _read + count);

    /// <summary>A copy of what is not read yet, and the number of its first sample; for the writer, while the reader goes on.</summary>
    public (long First, float[] Samples) Rest()
    {
        long first = ReadCount;
        var samples = new float[WrittenCount - first];
        Copy(first, samples);
        return (first, samples);
    }

    private int Copy(long from, Span<float> samples)
    {
        int count = (int)Math.Min(samples.Length, WrittenCount - from),
            at = (int)(from % Capacity),
            first = Math.Min(count, Capacity - at);
        _values.AsSpan(at, first).CopyTo(samples);
        _values.AsSpan(0, count - first).CopyTo(samples[first..]);
        return count;
    }
}
