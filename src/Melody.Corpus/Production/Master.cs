using Melody.Audio;
using Melody.Corpus.Rendering;

namespace Melody.Corpus.Production;

/// <summary>The last stage: brings a piece to a loudness (ITU-R BS.1770-4) and limits its true peak.</summary>
internal static class Master
{
    private const double LargestGain = 40;

    /// <summary>
    /// The sound at <paramref name="loudness"/> LUFS with no true peak above <paramref name="ceiling"/> dBTP. Where the limiter takes
    /// much, the result is softer than asked.
    /// </summary>
    public static Waveform Process(Waveform input, double loudness, double ceiling)
    {
        float[] interleaved = input.Channels.Length == 1 ? input.Channels[0] : input.Interleave(input.Length);
        var meter = new LoudnessMeter(input.SampleRate, input.Channels.Length);
        meter.Add(interleaved);
        double measured = meter.Integrated;
        double gain = double.IsFinite(measured) ? Math.Min(loudness - measured, LargestGain) : 0;
        var limiter = new StreamingLimiter(input.SampleRate, input.Channels.Length, gain, ceiling);
        float[][] output = input.Channels.Select(_ => new float[input.Length]).ToArray();
        int at = 0;
        // short blocks: the limiter's buffers stay in the cache
        int block = 4096 * output.Length;
        for (int start = 0; start < interleaved.Length; start += block)
            Take(limiter.Process(interleaved.AsSpan(start, Math.Min(block, interleaved.Length - start))));
        Take(limiter.Finish());
        return new Waveform(output, input.SampleRate);

        void Take(float[] frames)
        {
            for (int i = 0; i < frames.Length; i++, at++)
                output[at % output.Length][at / output.Length] = frames[i];
        }
    }
}
