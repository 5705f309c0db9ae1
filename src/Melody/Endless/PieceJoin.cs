namespace Melody.Endless;

/// <summary>
/// One stream of samples from pieces that go on from each other. The last moments of what came are held back, to be faded into the
/// first of the piece that follows; both sound nearly the same there.
/// </summary>
/// <param name="fade">Frames of the fade.</param>
/// <param name="channels">Samples in a frame; positions count frames.</param>
internal sealed class PieceJoin(int fade, int channels = 1)
{
    private float[] _held = [];
    private float[] _before = [];
    private long _skip;

    /// <summary>Position behind the last sample that came.</summary>
    public long End { get; private set; }

    /// <summary>Begins with a piece.</summary>
    /// <param name="position">Position of the first sample to hand out.</param>
    /// <param name="start">Position of the first sample that the piece gives.</param>
    public void Begin(long position, long start) => (End, _skip) = (position, position - start);

    /// <summary>Begins with samples that are known, of which the last moments are held back.</summary>
    /// <param name="position">Position of the first.</param>
    /// <param name="samples">The samples.</param>
    /// <returns>Those that will not change any more.</returns>
    public float[] Begin(long position, float[] samples)
    {
        Begin(position, position);
        return Add(samples);
    }

    /// <summary>The last moments, held back.</summary>
    public ReadOnlySpan<float> Held => _held;

    /// <summary>Goes on with another piece, which begins where the last one ended.</summary>
    /// <param name="start">Position of the first sample that it gives.</param>
    public void Follow(long start)
    {
        int mixed = (int)Math.Min(_held.Length / channels, End - start);
        _skip = End - mixed - start;
        End -= mixed;
        (_before, _held) = (_held[^(mixed * channels)..], _held[..^(mixed * channels)]);
    }

    /// <summary>Takes samples and gives those that will not change any more.</summary>
    public float[] Add(ReadOnlySpan<float> samples)
    {
        int skipped = (int)Math.Min(_skip, samples.Length / channels);
        _skip -= skipped;
        float[] all = [.. _held, .. samples[(skipped * channels)..]];
        var fresh = all.AsSpan(_held.Length);
        End += fresh.Length / channels;
        int mixed = Math.Min(_before.Length, fresh.Length);
        for (int i = 0; i < mixed; i++)
        {
            double weight = 0.5 + 0.5 * Math.Cos(Math.PI * (fade - _before.Length / channels + i / channels + 1) / (fade + 1));
            fresh[i] += (float)weight * (_before[i] - fresh[i]);
        }
        _before = _before[mixed..];
        int given = Math.Max(0, all.Length - fade * channels);
        _held = all[given..];
        return all[..given];
    }
}
