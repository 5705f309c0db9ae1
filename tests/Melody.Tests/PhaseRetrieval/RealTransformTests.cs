using Melody.PhaseRetrieval;

namespace Melody.Tests.PhaseRetrieval;

public sealed class RealTransformTests
{
    /// <summary>Powers of two, mixed radices, an odd half, a large prime: each against the defining sum in double precision.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(96)]
    [InlineData(122)]
    [InlineData(480)]
    [InlineData(2048)]
    public void SpectrumIsTheDefiningSum(int size)
    {
        var random = new Random(size);
        float[] samples = [.. Enumerable.Range(0, size).Select(_ => (float)(random.NextDouble() * 2 - 1))],
            window = [.. Enumerable.Range(0, size).Select(_ => (float)random.NextDouble())],
            re = new float[size / 2 + 1],
            im = new float[size / 2 + 1],
            back = new float[size];
        var transform = new RealTransform(size);
        transform.Forward(samples, window, re, im);
        for (int k = 0; k <= size / 2; k++)
        {
            double sumRe = 0,
                sumIm = 0;
            for (int j = 0; j < size; j++)
            {
                var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)j * k % size) / size);
                (sumRe, sumIm) = (sumRe + (double)samples[j] * window[j] * cos, sumIm - (double)samples[j] * window[j] * sin);
            }
            Assert.Equal(sumRe, re[k], 2e-5);
            Assert.Equal(sumIm, im[k], 2e-5);
        }
        transform.Inverse(re, im, window, back);
        for (int j = 0; j < size; j++)
            Assert.Equal((double)samples[j] * window[j] * window[j], back[j], 1e-6);
    }
}
