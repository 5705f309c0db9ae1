namespace Melody;

/// <summary>
/// Sound as an audio autoencoder sees it: a row of <see cref="Channels"/> values in [-1, 1] for each frame,
/// <see cref="Rate"/> frames a second.
/// </summary>
public sealed class AudioLatents
{
    private readonly float[] _values;

    /// <summary>Takes values that lie frame after frame; the array is not copied.</summary>
    /// <param name="values">frames * channels values.</param>
    /// <param name="channels">Values in a frame.</param>
    /// <param name="rate">Frames in a second, Hz.</param>
    public AudioLatents(float[] values, int channels, double rate)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (!double.IsFinite(rate) || rate <= 0)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The rate has to be a positive number of frames a second.");
        if (values.Length % channels != 0)
            throw new ArgumentException($"{values.Length} values do not make whole frames of {channels}.", nameof(values));
        (_values, Channels, Rate) = (values, channels, rate);
    }

    /// <summary>How many frames there are.</summary>
    public int Frames => _values.Length / Channels;

    /// <summary>Values in a frame.</summary>
    public int Channels { get; }

    /// <summary>Frames in a second, Hz.</summary>
    public double Rate { get; }

    /// <summary>How long the sound lasts, seconds.</summary>
    public double Seconds => Frames / Rate;

    /// <summary>All values, frame after frame.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>The values of one frame.</summary>
    public ReadOnlySpan<float> this[int frame]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(frame);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Frames);
            return _values.AsSpan(frame * Channels, Channels);
        }
    }

    /// <summary>A copy of <paramref name="count"/> frames from <paramref name="start"/> on.</summary>
    public AudioLatents Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Frames - start);
        return new(_values.AsSpan(start * Channels, count * Channels).ToArray(), Channels, Rate);
    }

    /// <summary>These frames followed by those of <paramref name="next"/>, which have to be of the same kind.</summary>
    public AudioLatents Concatenate(AudioLatents next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.Channels != Channels || next.Rate != Rate)
            throw new ArgumentException(
                $"Frames of {next.Channels} channels at {next.Rate} Hz cannot follow frames of {Channels} channels at {Rate} Hz.",
                nameof(next)
            );
        return new([.. _values, .. next._values], Channels, Rate);
    }
}
