using Melody.Foundation;

namespace Melody.Corpus.Production;

/// <summary>The noise of a record: soft hiss, and crackles at random moments, about eight a second.</summary>
internal static class VinylNoise
{
    private const double CracklesPerSecond = 8;

    /// <summary>The noise alone, its RMS 1 over the whole length.</summary>
    public static float[] Create(int samples, int rate, ulong seed)
    {
        float[] noise = new float[samples];
        // a fast generator for the hiss (xorshift; Marsaglia 2003), seeded from the counted one
        ulong state = (ulong)new CounterRandom(seed, 0x56494E59).Integer(0, long.MaxValue / 2) * 2 + 1; // "VINY"
        for (int n = 0; n < samples; n++)
            noise[n] = 0.25f * Next(ref state);
        Biquad.LowPass(4000, rate).Process(noise);
        for (double at = 0; ; )
        {
            at += -Math.Log(0.5 + 0.4999 * Next(ref state)) / CracklesPerSecond * rate;
            if (at >= samples)
                break;
            var (height, length) = (Next(ref state) * 4, 1 + (int)(rate * 0.0004 * (1 + Next(ref state))));
            for (int i = 0; i < length && (int)at + i < samples; i++)
                noise[(int)at + i] += height * (1 - (float)i / length);
        }
        Biquad.HighPass(150, rate).Process(noise);
        double rms = Math.Sqrt(noise.Sum(x => (double)x * x) / Math.Max(1, samples));
        if (rms > 0)
            for (int n = 0; n < samples; n++)
                noise[n] = (float)(noise[n] / rms);
        return noise;
    }

    // uniform in [-1, 1)
    private static float Next(ref ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (float)((state >> 11) * (2.0 / (1UL << 53)) - 1);
    }
}
