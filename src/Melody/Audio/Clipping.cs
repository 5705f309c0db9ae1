namespace Melody.Audio;

/// <summary>Samples beyond full scale, which integers and lossy formats cannot hold.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Peak">The largest magnitude; 1 is full scale.</param>
internal readonly record struct Clipping(long Samples, float Peak)
{
    private const double LeastDecibels = 0.01;
    private const float DamagedPeak = 16;
    private const long DamagedShare = 10_000; // one sample of so many

    /// <summary>How far the largest is beyond full scale.</summary>
    public double Decibels => 20 * Math.Log10(Peak);

    /// <summary>
    /// What sound is divided by so that the levels within it stay and nothing clips: its peak. It is 1 where the peak is hardly beyond full
    /// scale, and where so few samples are so far beyond it that they are damage, which may clip.
    /// </summary>
    /// <param name="samples">How many the sound has.</param>
    public float Divisor(long samples) =>
        Samples == 0 || Decibels < LeastDecibels || (Peak > DamagedPeak && Samples < samples / DamagedShare) ? 1 : Peak;

    /// <summary>With the samples of <paramref name="block"/> counted too.</summary>
    public Clipping With(ReadOnlySpan<float> block)
    {
        long count = Samples;
        float peak = Peak;
        foreach (float sample in block)
        {
            float size = MathF.Abs(sample);
            if (size <= 1)
                continue;
            count++;
            peak = Math.Max(peak, size);
        }
        return new(count, peak);
    }
}
