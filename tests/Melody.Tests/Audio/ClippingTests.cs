using Melody.Audio;

namespace Melody.Tests.Audio;

public sealed class ClippingTests
{
    private static float Divisor(params float[] samples) => default(Clipping).With(samples).Divisor(samples.Length);

    private static float[] Music(float peak) => [.. Enumerable.Range(0, 100_000).Select(i => peak * MathF.Sin(0.01f * i))];

    [Theory]
    [InlineData(0.5f, 1)]
    [InlineData(1, 1)]
    [InlineData(1.0003f, 1)] // a scale of 32767 for one of 32768 is not told
    [InlineData(1.5f, 1.5f)]
    [InlineData(32_768, 32_768)] // samples that somebody forgot to scale
    public void Music_is_divided_by_its_peak_where_that_is_beyond_full_scale(float peak, float divisor) =>
        Assert.Equal(divisor, Divisor(Music(peak)), divisor * 1e-5f);

    [Theory]
    [InlineData(1, 1000, 1)]
    [InlineData(5, -30_000, 1)]
    [InlineData(1, 3, 3)] // a drum may be alone up there
    [InlineData(50, 1000, 1000)]
    public void A_few_damaged_samples_do_not_silence_the_rest(int count, float value, float divisor)
    {
        var samples = Music(0.5f);
        Array.Fill(samples, value, 3000, count);
        Assert.Equal(divisor, Divisor(samples));
    }
}
