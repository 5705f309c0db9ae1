namespace Melody.PhaseRetrieval;

/// <summary>
/// Frames to sound and back, as they come: what the spectra of frames become once the frames around them have been added.
/// A frame comes out <see cref="ShortTimeGrid.SettlingFrames"/> frames later.
/// </summary>
internal sealed class RoundTrip
{
    private readonly ShortTimeGrid _grid;
    private readonly ShortTimeTransform _transform;
    private readonly OverlapAdd _sum;
    private readonly SampleWindow _sound;
    private readonly Queue<SpectralFrame> _waiting = [];
    private readonly float[] _re,
        _im,
        _samples;
    private readonly Action<SpectralFrame> _next;
    private long _frame;

    /// <param name="grid">Window and hop.</param>
    /// <param name="next">Takes each frame with the spectrum that it has in the sound.</param>
    public RoundTrip(ShortTimeGrid grid, Action<SpectralFrame> next)
    {
        (_grid, _transform, _sum, _next) = (grid, new(grid), new(grid), next);
        _sound = new(grid.FftSize + grid.Hop);
        (_re, _im, _samples) = (new float[grid.Bins], new float[grid.Bins], new float[grid.FftSize]);
    }

    /// <summary>Takes the next frame.</summary>
    public void Push(SpectralFrame frame)
    {
        frame.Re.CopyTo(_re, 0);
        frame.Im.CopyTo(_im, 0);
        _transform.Inverse(_re, _im, _samples);
        int settled = _sum.Add(_samples, _samples);
        _sound.Append(_samples.AsSpan(0, settled));
        _waiting.Enqueue(frame);
        while (_waiting.Count > 0 && _sound.End >= _grid.Start(_frame) + _grid.FftSize)
            Pass();
    }

    /// <summary>Passes on the frames that are left.</summary>
    public void Finish()
    {
        int settled = _sum.Finish(_samples);
        _sound.Append(_samples.AsSpan(0, settled));
        while (_waiting.Count > 0)
            Pass();
    }

    private void Pass()
    {
        var frame = _waiting.Dequeue();
        _sound.Read(_grid.Start(_frame++), _samples);
        _transform.Forward(_samples, frame.Re, frame.Im);
        _next(frame);
    }
}
