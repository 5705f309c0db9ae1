using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>Weight normalisation, w = g v / |v| with the norm taken per entry of the first axis (Salimans and Kingma, 2016).</summary>
internal static class WeightNormalization
{
    /// <param name="direction">v, [n, ...].</param>
    /// <param name="magnitude">g, [n, 1, ...].</param>
    public static Tensor Apply(Tensor direction, Tensor magnitude)
    {
        var axes = Enumerable.Range(1, (int)direction.dim() - 1).Select(i => (long)i).ToArray();
        return direction * (magnitude / direction.square().sum(axes, keepdim: true).sqrt());
    }
}
