using System.Numerics;
using System.Runtime.InteropServices;

namespace Melody.PhaseRetrieval;

/// <summary>
/// Angles in turns (1 is a full circle). Float32 keeps a wrapped angle to 6e-8 turns however long it has been summed up, and
/// the reduction before a sine is a plain rounding.
/// </summary>
internal static class Turns
{
    /// <summary>The same angle in [-1/2, 1/2].</summary>
    public static float Wrap(float turns) => turns - MathF.Round(turns);

    /// <summary>The angle of a complex number in turns; 0 for zero.</summary>
    public static float Of(float re, float im) => MathF.Atan2(im, re) * (0.5f / MathF.PI);

    /// <summary>re = radius cos(2 pi phase), im = radius sin(2 pi phase); in error by less than 2e-7 of the radius.</summary>
    /// <param name="radius">Radii.</param>
    /// <param name="phase">Angles in turns, within some thousand turns of zero.</param>
    /// <param name="re">Receives real parts.</param>
    /// <param name="im">Receives imaginary parts.</param>
    public static void ToCartesian(ReadOnlySpan<float> radius, ReadOnlySpan<float> phase, Span<float> re, Span<float> im)
    {
        int i = 0;
        for (; i <= radius.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var r = new Vector<float>(radius[i..]);
            var (sin, cos) = SinCos(new(phase[i..]));
            (r * cos).CopyTo(re[i..]);
            (r * sin).CopyTo(im[i..]);
        }
        for (; i < radius.Length; i++)
        {
            var (sin, cos) = SinCos(new(phase[i]));
            (re[i], im[i]) = (radius[i] * cos[0], radius[i] * sin[0]);
        }
    }

    /// <summary>Sine and cosine of angles in turns.</summary>
    public static (Vector<float> Sin, Vector<float> Cos) SinCos(Vector<float> turns)
    {
        var x = turns - Vector.Round(turns);
        var size = Vector.Abs(x);
        // sin(pi - a) = sin a brings the angle into a quarter turn; cos a = sin(pi / 2 - a)
        var folded = Vector.Min(size, new Vector<float>(0.5f) - size);
        var sin = Vector.CopySign(QuarterSine(folded), x);
        return (sin, QuarterSine(new Vector<float>(0.25f) - size));
    }

    /// <summary>exp(x) for each.</summary>
    public static void Exponential(ReadOnlySpan<float> logarithms, Span<float> values)
    {
        var from = MemoryMarshal.Cast<float, Vector<float>>(logarithms);
        var to = MemoryMarshal.Cast<float, Vector<float>>(values[..logarithms.Length]);
        for (int i = 0; i < from.Length; i++)
            to[i] = Vector.Exp(from[i]);
        for (int i = from.Length * Vector<float>.Count; i < logarithms.Length; i++)
            values[i] = Vector.Exp(new Vector<float>(logarithms[i]))[0];
    }

    // taylor's series of sin(2 pi x) up to x^11, in error by 6e-8 at a quarter turn
    private static Vector<float> QuarterSine(Vector<float> x)
    {
        var angle = x * (2 * MathF.PI);
        var square = angle * angle;
        var sum = new Vector<float>(-1f / 39916800);
        sum = Vector.FusedMultiplyAdd(sum, square, new(1f / 362880));
        sum = Vector.FusedMultiplyAdd(sum, square, new(-1f / 5040));
        sum = Vector.FusedMultiplyAdd(sum, square, new(1f / 120));
        sum = Vector.FusedMultiplyAdd(sum, square, new(-1f / 6));
        return Vector.FusedMultiplyAdd(sum * square, angle, angle);
    }
}
