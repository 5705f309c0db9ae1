using System.Numerics;
using System.Runtime.InteropServices;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Windowed frames to samples, a frame at a time: sum of frames over sum of squared windows (Griffin and Lim, "Signal
/// estimation from modified short-time Fourier transform", 1984, equation 6). What frames before the first and after the last
/// would have added counts for nothing in either sum, so the sound keeps its level to its ends.
/// </summary>
internal sealed class OverlapAdd
{
    private readonly ShortTimeGrid _grid;
    private readonly float[] _sum,
        _weight,
        _square;
    private int _skip;

    /// <param name="grid">Window and hop.</param>
    public OverlapAdd(ShortTimeGrid grid)
    {
        (_grid, _skip) = (grid, grid.Margin);
        (_sum, _weight) = (new float[grid.FftSize], new float[grid.FftSize]);
        _square = [.. grid.Window.Select(w => w * w)];
    }

    /// <summary>Adds the next frame and returns how many samples became final: a hop, fewer at the beginning.</summary>
    /// <param name="frame">N samples under the window.</param>
    /// <param name="samples">Receives up to a hop of them.</param>
    public int Add(ReadOnlySpan<float> frame, Span<float> samples)
    {
        Accumulate(frame, _sum);
        Accumulate(_square, _weight);
        return Advance(_grid.Hop, samples);
    }

    /// <summary>Returns the samples that are left at the end: the margin after the last frame's hop.</summary>
    /// <param name="samples">Receives <see cref="ShortTimeGrid.Margin"/> samples, fewer where the sound is shorter.</param>
    public int Finish(Span<float> samples) => Advance(_grid.Margin, samples);

    private int Advance(int count, Span<float> samples)
    {
        int skipped = Math.Min(_skip, count),
            taken = count - skipped;
        _skip -= skipped;
        for (int i = 0; i < taken; i++)
            samples[i] = _sum[skipped + i] / Math.Max(_weight[skipped + i], 1e-6f);
        foreach (var buffer in new[] { _sum, _weight })
        {
            buffer.AsSpan(count).CopyTo(buffer);
            buffer.AsSpan(buffer.Length - count).Clear();
        }
        return taken;
    }

    private static void Accumulate(ReadOnlySpan<float> values, Span<float> sums)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(values);
        var to = MemoryMarshal.Cast<float, Vector<float>>(sums);
        for (int i = 0; i < from.Length; i++)
            to[i] += from[i];
        for (int i = from.Length * Vector<float>.Count; i < values.Length; i++)
            sums[i] += values[i];
    }
}
