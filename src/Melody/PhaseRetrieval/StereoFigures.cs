using Melody.Audio;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Where the sound of a frame lies between two loudspeakers, and back: per band of <see cref="StereoBands"/> the balance
/// (E_L - E_R) / (E_L + E_R) and the signed correlation Re(L conj R) / sqrt(E_L E_R), both in [-1, 1].
/// </summary>
internal static class StereoFigures
{
    /// <summary>Measures a frame.</summary>
    /// <param name="frame">Spectra of two channels.</param>
    /// <param name="bands">The band of each bin.</param>
    /// <param name="balance">Receives one number a band; 0 for silence.</param>
    /// <param name="correlation">Receives one number a band; 1 where a channel is silent.</param>
    public static void Measure(ChannelSpectra frame, IReadOnlyList<int> bands, Span<float> balance, Span<float> correlation)
    {
        Span<double> left = stackalloc double[StereoBands.Count],
            right = stackalloc double[StereoBands.Count],
            cross = stackalloc double[StereoBands.Count];
        left.Clear();
        right.Clear();
        cross.Clear();
        for (int k = 0; k < bands.Count; k++)
        {
            double lr = frame.LeftRe[k],
                li = frame.LeftIm[k],
                rr = frame.RightRe[k],
                ri = frame.RightIm[k];
            left[bands[k]] += lr * lr + li * li;
            right[bands[k]] += rr * rr + ri * ri;
            cross[bands[k]] += lr * rr + li * ri;
        }
        for (int band = 0; band < StereoBands.Count; band++)
        {
            double sum = left[band] + right[band],
                product = Math.Sqrt(left[band] * right[band]);
            balance[band] = sum > 0 ? (float)((left[band] - right[band]) / sum) : 0;
            correlation[band] = product > 0 ? (float)Math.Clamp(cross[band] / product, -1, 1) : 1;
        }
    }
}
