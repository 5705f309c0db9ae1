using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Melody.Audio;

/// <summary>How frequency maps to mel.</summary>
internal enum MelScale
{
    /// <summary>mel = 2595 log10(1 + f / 700) (O'Shaughnessy; the HTK book).</summary>
    Htk,

    /// <summary>Linear below 1 kHz (f / (200/3)), above it 15 + 27 ln(f / 1000) / ln(6.4) (Slaney's Auditory Toolbox).</summary>
    Slaney,
}

/// <summary>
/// Triangles that sum the bins of a power or magnitude spectrum into bands of equal width in mel: band i rises from
/// edge i to edge i + 1 and falls to edge i + 2, where the edges divide [lowest, highest] evenly in mel. With
/// <c>equalArea</c> each triangle is scaled by 2 / (f[i + 2] - f[i]), so that white noise reads the same in every band.
/// </summary>
internal sealed class MelFilterBank
{
    private readonly float[] _weights;
    private readonly ConcurrentDictionary<(TorchSharp.DeviceType Type, int Index), Tensor> _tensors = new();

    /// <summary>Computes the triangles.</summary>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="fftSize">Samples; the spectrum has fftSize / 2 + 1 bins.</param>
    /// <param name="bands">Number of mel bands.</param>
    /// <param name="lowest">Lower edge of the first band, Hz.</param>
    /// <param name="highest">Upper edge of the last band, Hz; null means half the sample rate.</param>
    /// <param name="scale">The mel formula.</param>
    /// <param name="equalArea">Whether wide triangles are low.</param>
    public MelFilterBank(
        int sampleRate,
        int fftSize,
        int bands,
        double lowest = 0,
        double? highest = null,
        MelScale scale = MelScale.Htk,
        bool equalArea = false
    )
    {
        double top = highest ?? sampleRate / 2.0;
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        if (lowest < 0 || !(top > lowest) || top > sampleRate / 2.0)
            throw new ArgumentOutOfRangeException(nameof(highest));
        (Bands, Bins) = (bands, fftSize / 2 + 1);
        double from = ToMel(lowest, scale),
            to = ToMel(top, scale);
        var edges = new double[bands + 2];
        for (int i = 0; i < edges.Length; i++)
            edges[i] = ToHertz(from + (to - from) * i / (bands + 1), scale);
        _weights = new float[bands * Bins];
        for (int band = 0; band < bands; band++)
        {
            double left = edges[band],
                centre = edges[band + 1],
                right = edges[band + 2];
            double height = equalArea ? 2 / (right - left) : 1;
            for (int bin = 0; bin < Bins; bin++)
            {
                double f = (double)bin * sampleRate / fftSize;
                double value = Math.Min((f - left) / (centre - left), (right - f) / (right - centre));
                if (value > 0)
                    _weights[band * Bins + bin] = (float)(value * height);
            }
        }
    }

    /// <summary>Number of mel bands.</summary>
    public int Bands { get; }

    /// <summary>Number of spectrum bins.</summary>
    public int Bins { get; }

    /// <summary>The triangles, [bands, bins] in rows.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>[batch, bands, frames] from a spectrum [batch, bins, frames].</summary>
    public Tensor Apply(Tensor spectrum)
    {
        var device = spectrum.device;
        var weights = _tensors.GetOrAdd((device.type, device.index), _ =>
            tensor(_weights, [Bands, Bins], ScalarType.Float32, device).DetachFromDisposeScope()
        );
        return matmul(weights, spectrum);
    }

    /// <summary>Mel of a frequency in Hz.</summary>
    public static double ToMel(double hertz, MelScale scale) =>
        scale == MelScale.Htk ? 2595 * Math.Log10(1 + hertz / 700)
        : hertz < 1000 ? hertz * 3 / 200
        : 15 + 27 * Math.Log(hertz / 1000) / Math.Log(6.4);

    /// <summary>Frequency in Hz of a mel.</summary>
    public static double ToHertz(double mel, MelScale scale) =>
        scale == MelScale.Htk ? 700 * (Math.Pow(10, mel / 2595) - 1)
        : mel < 15 ? mel * 200 / 3
        : 1000 * Math.Pow(6.4, (mel - 15) / 27);
}
