using Melody.Corpus.Rendering;

namespace Melody.Corpus.Production;

/// <summary>
/// What a studio does between the instruments and the record, in this order: equaliser, drive, chorus, compression,
/// reverb, lo-fi, width, master loudness. A pure function of the sound and the settings.
/// </summary>
internal static class ProductionChain
{
    /// <summary>The level at which the stages that depend on level work, dBFS RMS.</summary>
    private const double WorkingDecibels = -18;

    private const double TiltHertz = 700,
        MaximumTailSeconds = 3,
        FadeSeconds = 0.05;

    /// <summary>The produced sound; it may be longer than the input by the tail of the reverb. The input stays as it is.</summary>
    public static Waveform Process(Waveform input, ProductionSettings settings, CancellationToken cancellation = default) =>
        Process(new Mixdown(input, null), settings, cancellation);

    /// <summary>
    /// The produced mix. What the players send to the reverb passes the equaliser alone; a width above 1 was the business of
    /// the mix already. The mix stays as it is.
    /// </summary>
    /// <param name="mix">What the players play.</param>
    /// <param name="settings">The sound of the studio.</param>
    /// <param name="cancellation">Ends the work after a stage.</param>
    public static Waveform Process(Mixdown mix, ProductionSettings settings, CancellationToken cancellation = default)
    {
        int rate = mix.Dry.SampleRate;
        float[][] channels = Copy(mix.Dry.Channels);
        Level(channels, WorkingDecibels);
        Equalize(channels, rate, settings);
        cancellation.ThrowIfCancellationRequested();
        if (settings.DriveDecibels > 0)
        {
            double gain = Math.Pow(10, settings.DriveDecibels / 20);
            foreach (float[] channel in channels)
                Saturation.Process(channel, gain);
            Level(channels, WorkingDecibels);
        }
        cancellation.ThrowIfCancellationRequested();
        if (settings.ChorusMix > 0)
            ModulatedDelay.Chorus(channels, rate, settings.ChorusMix, settings.ChorusMilliseconds, settings.ChorusHertz);
        cancellation.ThrowIfCancellationRequested();
        if (settings.CompressionRatio > 1)
        {
            Level(channels, WorkingDecibels);
            Compressor.Process(channels, rate, WorkingDecibels + settings.CompressionThreshold, settings.CompressionRatio);
        }
        cancellation.ThrowIfCancellationRequested();
        if (settings.ReverbMix > 0)
            channels = AddReverb(channels, Send(mix, settings) ?? channels, rate, settings);
        cancellation.ThrowIfCancellationRequested();
        AddLoFi(channels, rate, settings);
        double width = mix.Send is null ? settings.Width : Math.Min(1, settings.Width);
        if (channels.Length == 2 && width != 1)
            Widen(channels, (float)width);
        cancellation.ThrowIfCancellationRequested();
        FadeOut(channels, (int)(FadeSeconds * rate));
        return Master.Process(new Waveform(channels, rate), settings.LoudnessLufs, settings.PeakDecibels);
    }

    private static void Equalize(float[][] channels, int rate, ProductionSettings settings)
    {
        foreach (float[] channel in channels)
        {
            Biquad.HighPass(25, rate).Process(channel); // what no loudspeaker plays
            if (settings.TiltDecibels != 0)
            {
                Biquad.LowShelf(TiltHertz, -settings.TiltDecibels / 2, rate).Process(channel);
                Biquad.HighShelf(TiltHertz, settings.TiltDecibels / 2, rate).Process(channel);
            }
            if (settings.MidDecibels != 0)
                Biquad.Bell(settings.MidHertz, settings.MidDecibels, rate).Process(channel);
        }
    }

    private static float[][] Copy(float[][] channels) => [.. channels.Select(channel => (float[])channel.Clone())];

    private static float[][]? Send(Mixdown mix, ProductionSettings settings)
    {
        if (mix.Send is null)
            return null;
        float[][] send = Copy(mix.Send);
        Equalize(send, mix.Dry.SampleRate, settings);
        return send;
    }

    private static float[][] AddReverb(float[][] channels, float[][] send, int rate, ProductionSettings settings)
    {
        int tail = (int)(Math.Min(0.7 * settings.ReverbSeconds, MaximumTailSeconds) * rate);
        float[][] wet = new Reverb(settings.ReverbSeconds, settings.ReverbSize, settings.ReverbDampingHertz, rate).Process(send, tail);
        float level = (float)(settings.ReverbMix * RootMeanSquare(channels) / Math.Max(RootMeanSquare(wet), 1e-9));
        for (int c = 0; c < channels.Length; c++)
        {
            for (int n = 0; n < wet[c].Length; n++)
                wet[c][n] *= level;
            for (int n = 0; n < channels[c].Length; n++)
                wet[c][n] += channels[c][n];
        }
        return wet;
    }

    private static void AddLoFi(float[][] channels, int rate, ProductionSettings settings)
    {
        foreach (float[] channel in channels)
        {
            if (settings.BandLowHertz > 0)
                Biquad.HighPass(settings.BandLowHertz, rate).Process(channel);
            if (settings.BandHighHertz <= 0)
                continue;
            Biquad.LowPass(settings.BandHighHertz, rate, 0.541).Process(channel); // both together: Butterworth, 24 dB an octave
            Biquad.LowPass(settings.BandHighHertz, rate, 1.307).Process(channel);
        }
        if (settings.WowMilliseconds > 0)
            ModulatedDelay.Wow(channels, rate, settings.WowMilliseconds, settings.WowHertz);
        if (settings.VinylDecibels <= 0)
            return;
        float level = (float)(RootMeanSquare(channels) * Math.Pow(10, -settings.VinylDecibels / 20));
        float[] noise = VinylNoise.Create(channels[0].Length, rate, settings.Seed);
        foreach (float[] channel in channels)
            for (int n = 0; n < channel.Length; n++)
                channel[n] += level * noise[n];
    }

    private static void Widen(float[][] channels, float width)
    {
        var (left, right) = (channels[0], channels[1]);
        for (int n = 0; n < left.Length; n++)
        {
            var (middle, side) = (0.5f * (left[n] + right[n]), 0.5f * width * (left[n] - right[n]));
            (left[n], right[n]) = (middle + side, middle - side);
        }
    }

    private static void FadeOut(float[][] channels, int samples)
    {
        foreach (float[] channel in channels)
        {
            int count = Math.Min(samples, channel.Length);
            for (int i = 0; i < count; i++)
                channel[^(i + 1)] *= (float)(i + 1) / (count + 1);
        }
    }

    private static void Level(float[][] channels, double decibels)
    {
        float gain = (float)(Math.Pow(10, decibels / 20) / Math.Max(RootMeanSquare(channels), 1e-6));
        foreach (float[] channel in channels)
            for (int n = 0; n < channel.Length; n++)
                channel[n] *= gain;
    }

    private static double RootMeanSquare(float[][] channels)
    {
        double sum = 0.0;
        foreach (float[] channel in channels)
        foreach (float sample in channel)
            sum += (double)sample * sample;
        return Math.Sqrt(sum / Math.Max(1, channels.Sum(channel => channel.Length)));
    }
}
