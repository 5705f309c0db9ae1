namespace Melody.Corpus.Production;

/// <summary>Reads a sound at a place that swings around the present: the wow of a tape, and the voices of a chorus.</summary>
internal static class ModulatedDelay
{
    /// <summary>output[n] = input[n - depth * sin(2 pi rate n + phase) - offset], linear between samples.</summary>
    /// <param name="input">The sound.</param>
    /// <param name="depth">Largest swing, samples.</param>
    /// <param name="offset">Delay around which it swings, samples.</param>
    /// <param name="rate">Swings a sample.</param>
    /// <param name="phase">Where the swing begins, radians.</param>
    public static float[] Read(float[] input, double depth, double offset, double rate, double phase)
    {
        float[] output = new float[input.Length];
        // a rotating pointer instead of a sine a sample
        var (stepSine, stepCosine) = Math.SinCos(2 * Math.PI * rate);
        var (sine, cosine) = Math.SinCos(phase);
        for (int n = 0; n < output.Length; n++)
        {
            double position = n - offset - depth * sine;
            (sine, cosine) = (sine * stepCosine + cosine * stepSine, cosine * stepCosine - sine * stepSine);
            int index = (int)Math.Floor(position);
            if (index < 0 || index + 1 >= input.Length)
                continue;
            float fraction = (float)(position - index);
            output[n] = input[index] + fraction * (input[index + 1] - input[index]);
        }
        return output;
    }

    /// <summary>Adds two swinging voices to each channel; the voices of both sides swing against each other.</summary>
    public static void Chorus(float[][] channels, int rate, double mix, double milliseconds, double hertz)
    {
        for (int c = 0; c < channels.Length; c++)
        {
            float[] dry = channels[c];
            double depth = milliseconds / 1000 * rate;
            float[] first = Read(dry, depth, depth + 0.009 * rate, hertz / rate, Math.PI * c);
            float[] second = Read(dry, 0.7 * depth, depth + 0.014 * rate, 1.31 * hertz / rate, Math.PI * (c + 0.5));
            float wet = (float)(0.7 * mix);
            for (int n = 0; n < dry.Length; n++)
                dry[n] = (float)(1 - 0.5 * mix) * dry[n] + wet * (first[n] + second[n]);
        }
    }

    /// <summary>Lets the whole sound wander in time together.</summary>
    public static void Wow(float[][] channels, int rate, double milliseconds, double hertz)
    {
        for (int c = 0; c < channels.Length; c++)
            channels[c] = Read(channels[c], milliseconds / 1000 * rate, 0, hertz / rate, 0);
    }
}
