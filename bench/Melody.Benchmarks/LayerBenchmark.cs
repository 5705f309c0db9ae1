using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Benchmarks;

/// <summary>A layer's pass as generation runs it: no gradients, everything freed at the end.</summary>
public abstract class LayerBenchmark
{
    /// <summary>Runs a pass and frees what it made.</summary>
    protected static void Pass(Func<Tensor> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        var result = layer();
        if (result.device_type == DeviceType.CUDA)
            cuda.synchronize(result.device);
    }

    /// <summary>A network whose matrices have the type that this machine multiplies fastest.</summary>
    internal static T Loaded<T>(Func<ParameterFactory, T> make)
        where T : nn.Module
    {
        using var parameters = ParameterFactory.Empty(matrixType: ComputePrecision.Fastest);
        var network = make(parameters);
        network.eval();
        using var withoutGradients = no_grad();
        foreach (var parameter in network.parameters())
        {
            if (parameter.dim() > 1)
                parameter.normal_(0, 0.02);
            else
                parameter.fill_(1);
        }
        return network;
    }

    /// <summary>Noise in the type of the layers' products.</summary>
    protected static Tensor Noise(params long[] shape) => randn(shape, dtype: ComputePrecision.Fastest);
}
