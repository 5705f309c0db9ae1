using System.Numerics;
using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>
/// One common spectrum S = P exp(i phi) to two channels with given balance b and correlation c:
/// L = g_L (a S + d D), R = g_R (a S - d D) with a = sqrt((1 + c) / 2), d = sqrt((1 - c) / 2), g_L = sqrt(1 + b),
/// g_R = sqrt(1 - b), where D is S in quadrature, D = ± i S.
/// </summary>
/// <remarks>
/// In quadrature a S and d D do not add up or cancel: each channel has its magnitude and each pair of bins its
/// correlation exactly, whatever S is, and so have the sum and the difference of the channels. Any other decorrelated D has
/// that on average only, and colours single partials. The sign changes from stripe to stripe of bins,
/// narrower than a critical band where the window allows it, so that neither side leads. Figures are interpolated between the
/// centres of bands.
/// </remarks>
internal sealed class StereoField
{
    private const int NarrowestStripe = 16;

    private readonly int[] _band;
    private readonly float[] _share,
        _sign,
        _balance,
        _correlation;

    /// <param name="grid">The window.</param>
    /// <param name="sampleRate">Hz.</param>
    public StereoField(ShortTimeGrid grid, int sampleRate)
    {
        var bands = new StereoBands(sampleRate, grid.FftSize).OfBin;
        OfBin = bands;
        (_balance, _correlation) = (new float[grid.Bins], new float[grid.Bins]);
        (_band, _share, _sign) = (new int[grid.Bins], new float[grid.Bins], new float[grid.Bins]);
        var centres = Enumerable.Range(0, bands.Count).GroupBy(k => bands[k]).ToDictionary(g => g.Key, g => g.Average());
        // a band without a bin of its own takes no part
        int[] present = [.. centres.Keys.Order()];
        for (int k = 0, i = 0; k < grid.Bins; k++)
        {
            while (i < present.Length - 2 && centres[present[i + 1]] <= k)
                i++;
            int low = present[i],
                high = present[Math.Min(i + 1, present.Length - 1)];
            _band[k] = low;
            _share[k] = high == low ? 0 : (float)Math.Clamp((k - centres[low]) / (centres[high] - centres[low]), 0, 1);
        }
        Stripes(grid, sampleRate);
    }

    /// <summary>The stereo band of each bin.</summary>
    public IReadOnlyList<int> OfBin { get; }

    /// <summary>Two channels of a common spectrum.</summary>
    /// <param name="frame">Common spectrum and figures.</param>
    /// <param name="channels">Receives two spectra.</param>
    public void Spread(SpectralFrame frame, ChannelSpectra channels)
    {
        Interpolate(frame.Balance, _balance);
        Interpolate(frame.Correlation, _correlation);
        var half = new Vector<float>(0.5f);
        int k = 0;
        for (; k <= _band.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            Vector<float> one = Vector<float>.One,
                b = new(_balance, k),
                c = new(_correlation, k),
                re = new(frame.Re, k),
                im = new(frame.Im, k);
            Vector<float> same = Vector.SquareRoot((one + c) * half),
                other = Vector.SquareRoot((one - c) * half) * new Vector<float>(_sign, k),
                left = Vector.SquareRoot(one + b),
                right = Vector.SquareRoot(one - b);
            (left * (same * re - other * im)).CopyTo(channels.LeftRe, k);
            (left * (same * im + other * re)).CopyTo(channels.LeftIm, k);
            (right * (same * re + other * im)).CopyTo(channels.RightRe, k);
            (right * (same * im - other * re)).CopyTo(channels.RightIm, k);
        }
        for (; k < _band.Length; k++)
        {
            var (same, other, left, right) = Gains(k);
            (channels.LeftRe[k], channels.LeftIm[k]) = (
                left * (same * frame.Re[k] - other * frame.Im[k]),
                left * (same * frame.Im[k] + other * frame.Re[k])
            );
            (channels.RightRe[k], channels.RightIm[k]) = (
                right * (same * frame.Re[k] + other * frame.Im[k]),
                right * (same * frame.Im[k] - other * frame.Re[k])
            );
        }
    }

    /// <summary>
    /// The common spectrum of two channels, and their figures: P = sqrt((|L|^2 + |R|^2) / 2), with the phase that makes
    /// <see cref="Spread"/> come nearest to the channels.
    /// </summary>
    /// <param name="channels">Two spectra.</param>
    /// <param name="frame">Receives spectrum, balance and correlation.</param>
    public void Gather(ChannelSpectra channels, SpectralFrame frame)
    {
        StereoFigures.Measure(channels, OfBin, frame.Balance, frame.Correlation);
        Interpolate(frame.Balance, _balance);
        Interpolate(frame.Correlation, _correlation);
        for (int k = 0; k < _band.Length; k++)
        {
            var (same, other, left, right) = Gains(k);
            float lr = channels.LeftRe[k],
                li = channels.LeftIm[k],
                rr = channels.RightRe[k],
                ri = channels.RightIm[k];
            float re = left * (same * lr + other * li) + right * (same * rr - other * ri),
                im = left * (same * li - other * lr) + right * (same * ri + other * rr);
            float size = MathF.Sqrt((lr * lr + li * li + rr * rr + ri * ri) / 2),
                found = MathF.Sqrt(re * re + im * im);
            (frame.Re[k], frame.Im[k]) = found > 0 ? (re / found * size, im / found * size) : (size, 0);
        }
    }

    private (float Same, float Other, float Left, float Right) Gains(int k) =>
        (
            MathF.Sqrt((1 + _correlation[k]) / 2),
            MathF.Sqrt((1 - _correlation[k]) / 2) * _sign[k],
            MathF.Sqrt(1 + _balance[k]),
            MathF.Sqrt(1 - _balance[k])
        );

    private void Interpolate(float[] figures, float[] bins)
    {
        for (int k = 0; k < bins.Length; k++)
        {
            float low = figures[_band[k]],
                high = figures[Math.Min(_band[k] + 1, figures.Length - 1)];
            bins[k] = Math.Clamp(low + (high - low) * _share[k], -1, 1);
        }
    }

    private void Stripes(ShortTimeGrid grid, int sampleRate)
    {
        double width = (double)sampleRate / grid.FftSize;
        float sign = 1;
        for (int k = 0, left = 0; k < grid.Bins; k++, left--)
        {
            if (left == 0)
            {
                // half an equivalent rectangular bandwidth (Glasberg and Moore, 1990); sums across a border lose their side,
                // so a stripe is many times as wide as the four bins of a sine
                left = (int)Math.Max(NarrowestStripe, 0.5 * 24.7 * (4.37e-3 * k * width + 1) / width);
                sign = -sign;
            }
            _sign[k] = sign;
        }
    }
}
