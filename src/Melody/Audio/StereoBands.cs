using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Melody.Audio;

/// <summary>
/// The bands in which the place of sound between two loudspeakers is told: 24, evenly spaced on log(1 + f / 300 Hz) from
/// 0 Hz to half the sample rate, each with one bin of the transform at least.
/// </summary>
internal sealed class StereoBands
{
    /// <summary>How many bands there are.</summary>
    public const int Count = 24;

    private const double BendHertz = 300;

    private readonly ConcurrentDictionary<(TorchSharp.DeviceType Type, int Index), Tensor> _matrices = new();

    /// <param name="sampleRate">Of the audio, Hz.</param>
    /// <param name="fftSize">Samples in a window of the transform; even.</param>
    public StereoBands(int sampleRate, int fftSize)
    {
        int bins = fftSize / 2 + 1;
        double octaves = Math.Log(1 + sampleRate / 2.0 / BendHertz);
        var bands = new int[bins];
        for (int k = 0; k < bins; k++)
            bands[k] = Math.Min(Count - 1, (int)(Count * Math.Log(1 + (double)k * sampleRate / fftSize / BendHertz) / octaves));
        OfBin = bands;
    }

    /// <summary>The band of each bin, 0 to 23, ascending; fftSize / 2 + 1 of them.</summary>
    public IReadOnlyList<int> OfBin { get; }

    /// <summary>Sums the bins of each band: energies [.., bins] times this give [.., 24]. One matrix a device, never disposed.</summary>
    public Tensor Matrix(Device device) => _matrices.GetOrAdd((device.type, device.index), _ =>
        {
            var matrix = new float[OfBin.Count * Count];
            for (int k = 0; k < OfBin.Count; k++)
                matrix[k * Count + OfBin[k]] = 1;
            return tensor(matrix, [OfBin.Count, Count], ScalarType.Float32, device).DetachFromDisposeScope();
        });
}
