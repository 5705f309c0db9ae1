using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// Phases that run on from frame to frame, as in a phase vocoder (Flanagan and Golden, 1966). A decoder that sees only a
/// few frames of latents answers a steady tone, whose latents stay the same, with the same phases in every frame: every
/// pitch would be drawn to a multiple of the frame rate. So the phase of a frame follows from the frame before, turned as
/// the network says; the neighbours of a loud bin follow it (phase locking, Laroche and Dolson, 1999), and what starts again
/// brings its own phase.
/// </summary>
internal static class PhaseContinuation
{
    // far below the rounding of 16-bit audio
    private const double Quiet = 1e-3;

    /// <summary>
    /// The expected direction of each bin, complex within the unit disc: its length says how far the phase can be predicted,
    /// 1 for a steady tone, 0 for noise.
    /// </summary>
    /// <param name="magnitude">Magnitudes of the frames before, [..., bins].</param>
    /// <param name="real">Real part of their directions, the same shape.</param>
    /// <param name="imaginary">Imaginary part.</param>
    /// <param name="next">The frames to come.</param>
    /// <param name="advance">exp(2 pi i k hop / length) of each bin k, as real and imaginary part [bins].</param>
    public static (Tensor Real, Tensor Imaginary) Predict(
        Tensor magnitude,
        Tensor real,
        Tensor imaginary,
        SpectralFrames next,
        (Tensor Real, Tensor Imaginary) advance
    )
    {
        var (a, b) = Multiply((magnitude * real, magnitude * imaginary), Multiply(advance, (1 + next.TurnReal, next.TurnImaginary)));
        // the main lobe of a Hann window changes sign from bin to bin when phases are counted from the window's start
        var scale = 1 / (Blur(magnitude, 0.5) + Quiet);
        var (x, y) = (Blur(a, -0.5) * scale + next.OnsetReal, Blur(b, -0.5) * scale + next.OnsetImaginary);
        var length = (x.square() + y.square()).clamp_min(1).rsqrt();
        return (x * length, y * length);
    }

    /// <summary>exp(2 pi i k hop / length), the turn of bin k's middle frequency from one frame to the next.</summary>
    public static (Tensor Real, Tensor Imaginary) Advance(int length, int hop, Device device)
    {
        var angle = arange(length / 2 + 1, dtype: ScalarType.Float64).mul(2 * Math.PI * hop / length);
        return (angle.cos().to(ScalarType.Float32, device), angle.sin().to(ScalarType.Float32, device));
    }

    /// <summary>Frame n becomes frame n + 1 of [batch, frames, bins]; nothing sounds before the first.</summary>
    public static Tensor Delayed(Tensor x) => nn.functional.pad(x.narrow(1, 0, x.shape[1] - 1), [0, 0, 1, 0]);

    private static (Tensor Real, Tensor Imaginary) Multiply((Tensor Real, Tensor Imaginary) a, (Tensor Real, Tensor Imaginary) b) =>
        (a.Real * b.Real - a.Imaginary * b.Imaginary, a.Real * b.Imaginary + a.Imaginary * b.Real);

    // x[k] + side (x[k - 1] + x[k + 1])
    private static Tensor Blur(Tensor x, double side)
    {
        var padded = nn.functional.pad(x, [1, 1]);
        long bins = x.shape[^1];
        return x + side * (padded.narrow(-1, 0, bins) + padded.narrow(-1, 2, bins));
    }
}
