namespace Melody.Audio;

/// <summary>Samples beyond full scale, which integers and lossy formats cannot hold.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Peak">The largest magnitude; 1 is full scale.</param>
internal readonly record struct Clipping(long Samples, float Peak)
{
    /// <summary>How far the largest is beyond full scale.</summary>
    public double Decibels => 20 * Math.Log10(Peak);

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
