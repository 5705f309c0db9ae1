using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>What this machine reaches in a plain matrix product: the yardstick for the speed of networks.</summary>
internal static class MatmulPeak
{
    /// <summary>
    /// Best of several square products, of 1024 rows on a CPU and 8192 on a GPU, in <see cref="ComputePrecision.Current"/>, in
    /// floating-point operations a second.
    /// </summary>
    public static double Measure(Device device)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        int size = device.type == DeviceType.CPU ? 1024 : 8192;
        var a = rand(size, size, ComputePrecision.Current, device);
        var b = rand(size, size, ComputePrecision.Current, device);
        double best = double.MaxValue;
        for (int i = 0; i < 8; i++)
        {
            var watch = Stopwatch.StartNew();
            using var c = matmul(a, b);
            using var first = c[0, 0].to_type(ScalarType.Float32);
            first.item<float>(); // waits for the device
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return 2.0 * size * size * size / best;
    }
}
