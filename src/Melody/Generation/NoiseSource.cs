using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// The noise of a piece, number by number: that which becomes music, and that in which the denoiser sees music that stays, counted
/// by frames from the beginning of the piece.
/// </summary>
/// <param name="seed">Of the generation.</param>
/// <param name="channels">Values in a frame.</param>
internal sealed class NoiseSource(ulong seed, int channels)
{
    private readonly CounterRandom _open = new(seed, 0x4E6F697365), // "Noise"
        _gap = new(seed, 0x4D61736B), // "Mask"
        _context = new(seed, 0x436F6E74657874); // "Context"

    /// <summary>
    /// [1, frames of the window, channels] from N(0, 1). In a gap, what becomes music is counted from the gap's beginning.
    /// </summary>
    public Tensor Of(Window window, Timeline timeline)
    {
        var noise = new float[window.Frames * channels];
        Fill(_context, window.First, window.First, window.End);
        if (timeline.IsOpen)
            Fill(_open, window.From, window.From, window.Until);
        else
            Fill(_gap, window.From - timeline.Start, window.From, window.Until);
        return tensor(noise, [1, window.Frames, channels]);

        void Fill(CounterRandom random, long number, long first, long end) =>
            random.FillNormal(
                noise.AsSpan((int)(first - window.First) * channels, (int)(end - first) * channels),
                (ulong)(number * channels)
            );
    }
}
