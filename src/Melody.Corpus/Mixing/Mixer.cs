using Melody.Corpus.Production;
using Melody.Corpus.Rendering;

namespace Melody.Corpus.Mixing;

/// <summary>Puts the stems of a song together. Linear in the stems but for the guard of <see cref="PanLaw.SideGain"/>.</summary>
internal static class Mixer
{
    /// <summary>The mix.</summary>
    /// <param name="stems">What each player plays, all of one length.</param>
    /// <param name="mixes">The strip of each stem, in the same order.</param>
    /// <param name="rate">Sample rate, Hz.</param>
    /// <param name="channels">1: the middle of each player, without place and width. 2: stereo.</param>
    public static Mixdown Mix(IReadOnlyList<Stem> stems, IReadOnlyList<PartMix> mixes, int rate, int channels)
    {
        int length = stems[0].Left.Length;
        float[][] dry = Enumerable.Range(0, channels).Select(_ => new float[length]).ToArray();
        float[][] send = Enumerable.Range(0, channels).Select(_ => new float[length]).ToArray();
        var (middle, side) = (new float[length], channels == 2 ? new float[length] : []);
        for (int i = 0; i < stems.Count; i++)
        {
            var (stem, mix) = (stems[i], mixes[i]);
            double gain = Math.Pow(10, mix.GainDecibels / 20);
            Blend.Half(middle, stem.Left, stem.Right, 1);
            Equalize(middle, mix, rate);
            if (channels == 1)
            {
                Add(dry[0], send[0], middle, gain, mix.SendDecibels);
                continue;
            }
            var (left, right) = PanLaw.Gains(mix.Pan);
            Add(dry[0], send[0], middle, gain * left, mix.SendDecibels);
            Add(dry[1], send[1], middle, gain * right, mix.SendDecibels);
            if (!MakeSide(stem, mix, rate, middle, side, phase: i))
                continue;
            double width = PanLaw.SideGain(mix.Pan, Blend.Energy(middle), Blend.Energy(side), Blend.Product(middle, side));
            Add(dry[0], send[0], side, gain * width, mix.SendDecibels);
            Add(dry[1], send[1], side, -gain * width, mix.SendDecibels);
        }
        return new Mixdown(new Waveform(dry, rate), send);
    }

    // what is on the left and not on the right; false where there is nothing
    private static bool MakeSide(Stem stem, PartMix mix, int rate, float[] middle, float[] side, double phase)
    {
        bool own = mix.Width > 0 && !stem.Left.AsSpan().SequenceEqual(stem.Right);
        if (!own && mix.Spread == 0 && mix.Decorrelation == 0)
            return false;
        if (own)
        {
            Blend.Half(side, stem.Left, stem.Right, -1);
            Equalize(side, mix, rate);
            Blend.Scale(side, (float)mix.Width);
        }
        else
            side.AsSpan().Clear();
        if (mix.Spread != 0)
            StereoWidth.AddSpread(side, middle, rate, mix.Spread);
        if (mix.Decorrelation != 0)
            StereoWidth.AddDecorrelated(side, middle, rate, mix.Decorrelation, phase);
        return true;
    }

    private static void Equalize(float[] samples, PartMix mix, int rate)
    {
        if (mix.LowCutHertz > 0)
            Biquad.HighPass(mix.LowCutHertz, rate).Process(samples);
        if (mix.BellDecibels != 0)
            Biquad.Bell(mix.BellHertz, mix.BellDecibels, rate).Process(samples);
    }

    private static void Add(float[] dry, float[] send, float[] samples, double gain, double sendDecibels)
    {
        Blend.Add(dry, samples, (float)gain);
        Blend.Add(send, samples, (float)(gain * Math.Pow(10, sendDecibels / 20)));
    }
}
