using Melody.PhaseRetrieval;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// The spectra of frames whose sound is known. A frame has one when all of its window lies within the sound; in the others, at
/// the ends of what is known, half of the sound is still to be made.
/// </summary>
internal sealed class KnownSpectra
{
    private readonly ShortTimeGrid _grid;
    private readonly int _first;
    private readonly ChannelSpectra[] _spectra;

    /// <param name="grid">Window and hop.</param>
    /// <param name="samples">Interleaved stereo.</param>
    public KnownSpectra(ShortTimeGrid grid, ReadOnlySpan<float> samples)
    {
        _grid = grid;
        int length = samples.Length / 2;
        _first = (grid.Margin + grid.Hop - 1) / grid.Hop;
        int last = (length - grid.Margin) / grid.Hop - 1; // the last whose window ends within the sound
        var transform = new ShortTimeTransform(grid);
        var (left, right) = (new float[grid.FftSize], new float[grid.FftSize]);
        _spectra = new ChannelSpectra[Math.Max(0, last - _first + 1)];
        for (int i = 0; i < _spectra.Length; i++)
        {
            int start = (int)grid.Start(_first + i);
            for (int n = 0; n < grid.FftSize; n++)
                (left[n], right[n]) = (samples[2 * (start + n)], samples[2 * (start + n) + 1]);
            var spectra = ChannelSpectra.Empty(grid.Bins, 2);
            transform.Forward(left, spectra.LeftRe, spectra.LeftIm);
            transform.Forward(right, spectra.RightRe, spectra.RightIm);
            _spectra[i] = spectra;
        }
    }

    /// <summary>The spectra of a frame, counted from the first sample; null where its window is not within the sound.</summary>
    public ChannelSpectra? this[int frame] => frame >= _first && frame < _first + _spectra.Length ? _spectra[frame - _first] : null;
}
