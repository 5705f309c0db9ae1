namespace Melody.Endless;

/// <summary>A bounded queue of frames between one thread that writes and one that reads, without locks or allocation.</summary>
internal sealed class SampleRing
{
    private readonly float[] _values;
    private long _read,
        _written;

    /// <param name="capacity">Frames that it holds.</param>
    /// <param name="channels">Samples in a frame.</param>
    public SampleRing(int capacity, int channels = 1) =>
        (Capacity, Channels, _values) = (capacity, channels, new float[capacity * channels]);

    /// <summary>Frames that it holds at most.</summary>
    public int Capacity { get; }

    /// <summary>Samples in a frame.</summary>
    public int Channels { get; }

    /// <summary>Frames read since the beginning.</summary>
    public long ReadCount => Volatile.Read(ref _read);

    /// <summary>Frames written since the beginning.</summary>
    public long WrittenCount => Volatile.Read(ref _written);

    /// <summary>Frames that can be read.</summary>
    public int Available => (int)(WrittenCount - ReadCount);

    /// <summary>Takes as many frames as there is room for and returns how many; for the writer.</summary>
    /// <param name="samples">Whole frames, interleaved.</param>
    public int Write(ReadOnlySpan<float> samples)
    {
        long written = _written;
        int count = Math.Min(samples.Length / Channels, Capacity - (int)(written - ReadCount)),
            at = (int)(written % Capacity),
            first = Math.Min(count, Capacity - at);
        samples[..(first * Channels)].CopyTo(_values.AsSpan(at * Channels));
        samples[(first * Channels)..(count * Channels)].CopyTo(_values);
        Volatile.Write(ref _written, written + count);
        return count;
    }

    /// <summary>Copies the next frames without taking them, as many as there are and fit, and returns how many; for the reader.</summary>
    public int Peek(Span<float> samples)
    {
        int count = (int)Math.Min(samples.Length / Channels, WrittenCount - _read),
            at = (int)(_read % Capacity),
            first = Math.Min(count, Capacity - at);
        _values.AsSpan(at * Channels, first * Channels).CopyTo(samples);
        _values.AsSpan(0, (count - first) * Channels).CopyTo(samples[(first * Channels)..]);
        return count;
    }

    /// <summary>Takes frames; for the reader.</summary>
    public void Skip(int count) => Volatile.Write(ref _read, _read + count);
}
