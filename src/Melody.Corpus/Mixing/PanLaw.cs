namespace Melody.Corpus.Mixing;

/// <summary>The constant-power law for the place of a sound between two loudspeakers.</summary>
internal static class PanLaw
{
    /// <summary>
    /// Gains (cos t, sin t) times the root of two, t = (pan + 1) pi / 4: both 1 in the middle, and their squares always
    /// sum to 2.
    /// </summary>
    /// <param name="pan">-1 (left) to 1 (right).</param>
    public static (double Left, double Right) Gains(double pan)
    {
        var (sine, cosine) = Math.SinCos((Math.Clamp(pan, -1, 1) + 1) * Math.PI / 4);
        return (Math.Sqrt(2) * cosine, Math.Sqrt(2) * sine);
    }

    /// <summary>
    /// The largest energy of the side against that of the middle at which the mono sum of both loudspeakers keeps half of
    /// the energy (-3 dB), where middle and side do not correlate: 1 in the middle, 0 at the ends.
    /// </summary>
    public static double LargestSide(double pan)
    {
        // Left = l m + s, right = r m - s: the sum has (l + r)^2 / 2 of m's energy, the whole has 2 m^2 + 2 s^2.
        var (left, right) = Gains(pan);
        return Math.Max(0, (left + right) * (left + right) / 2 - 1);
    }

    /// <summary>
    /// The gain of the side, at most 1, with which the mono sum keeps half of the energy, however middle and side correlate.
    /// </summary>
    /// <param name="pan">-1 (left) to 1 (right).</param>
    /// <param name="middle">Energy of the middle.</param>
    /// <param name="side">Energy of the side.</param>
    /// <param name="product">Sum of the products of their samples.</param>
    public static double SideGain(double pan, double middle, double side, double product)
    {
        // to hold: side w^2 + (l - r) product w <= LargestSide middle
        var (left, right) = Gains(pan);
        var (slope, limit) = ((left - right) * product, LargestSide(pan) * middle);
        return side + slope <= limit ? 1 : (Math.Sqrt(slope * slope + 4 * side * limit) - slope) / (2 * side);
    }
}
