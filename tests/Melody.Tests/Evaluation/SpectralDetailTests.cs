using Melody.Audio;
using Melody.Evaluation.Metrics;

namespace Melody.Tests.Evaluation;

/// <summary>Partials that are known, over noise whose level is known.</summary>
public sealed class SpectralDetailTests
{
    private const int Rate = 24_000,
        FftSize = 2048;

    // partials of amplitude 0.05 every 600 Hz, on bins' centres, over white noise of a variance
    private static AudioClip Sound(int partials, double variance)
    {
        var random = new Random(3);
        double spacing = 51.0 * Rate / FftSize;
        return new(
            [
                .. Enumerable
                    .Range(0, 2 * Rate)
                    .Select(n =>
                        (float)(
                            Enumerable.Range(1, partials).Sum(p => 0.05 * Math.Sin(2 * Math.PI * p * spacing * n / Rate + p))
                            + Math.Sqrt(12 * variance) * (random.NextDouble() - 0.5)
                        )
                    ),
            ],
            Rate
        );
    }

    [Fact]
    public void Partials_over_silence_are_counted_and_valleys_are_deep()
    {
        var detail = SpectralDetail.Of(Sound(9, 0));
        Assert.Equal(9, detail.Partials, 0.01);
        Assert.True(detail.ValleyDecibels > 60, $"{detail.ValleyDecibels} dB");
    }

    [Theory]
    [InlineData(1e-7)]
    [InlineData(1e-6)]
    public void Noise_fills_the_valleys_up_to_its_level(double variance)
    {
        // the expected power of a bin of white noise is the variance times the sum of the squared window, 3 N / 8; a sine of
        // amplitude a has (a N / 4)². The lowest of some fifty Rayleigh bins lies 10 log10(50) dB or so below the mean power.
        double mean = 10 * Math.Log10(Math.Pow(0.05 * FftSize / 4, 2) / (variance * 3 * FftSize / 8));
        Assert.Equal(mean + 10 * Math.Log10(50), SpectralDetail.Of(Sound(9, variance)).ValleyDecibels, 4.0);
    }

    [Fact]
    public void Silence_and_noise_alone_have_no_clean_tones()
    {
        Assert.Equal(new(0, 0), SpectralDetail.Of(new(new float[Rate], Rate)));
        var noise = SpectralDetail.Of(Sound(0, 0.01));
        Assert.True(noise.ValleyDecibels < 45, $"{noise.ValleyDecibels} dB");
        Assert.True(noise.Partials is 0 or >= 2);
    }
}
