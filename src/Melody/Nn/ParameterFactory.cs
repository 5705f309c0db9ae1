using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Makes the parameters of a network. Passing it down the constructors decides for the whole network at once whether
/// parameters are drawn from a seed, left empty because a file will fill them, or have a shape only.
/// </summary>
internal sealed class ParameterFactory : IDisposable
{
    private readonly Generator? _generator;
    private readonly ScalarType _matrixType;

    private ParameterFactory(Device device, Generator? generator, ScalarType matrixType = ScalarType.Float32)
    {
        TorchRuntime.Initialize();
        Device = device;
        _generator = generator;
        _matrixType = matrixType;
    }

    /// <summary>Where the parameters live.</summary>
    public Device Device { get; }

    /// <summary>Shapes without storage: counts the parameters of a network of any size at no cost.</summary>
    public static ParameterFactory Meta() => new(new Device(DeviceType.META), null);

    /// <summary>Storage without values, for a network whose weights come from a file.</summary>
    /// <param name="device">Where the parameters live; the CPU when not given.</param>
    /// <param name="matrixType">
    /// The type of parameters with two axes or more: <see cref="ComputePrecision.Fastest"/> saves memory, and the cast on
    /// every use, when nothing is trained. Vectors and buffers stay in float32.
    /// </param>
    public static ParameterFactory Empty(Device? device = null, ScalarType matrixType = ScalarType.Float32) =>
        new(device ?? CPU, null, matrixType);

    /// <summary>Values drawn from <paramref name="seed"/>: the same seed gives the same network.</summary>
    public static ParameterFactory Random(long seed)
    {
        TorchRuntime.Initialize();
        return new(CPU, new Generator((ulong)seed, CPU));
    }

    /// <summary>Values from N(0, <paramref name="standardDeviation"/>²).</summary>
    public Parameter Normal(double standardDeviation, params long[] shape) => Make(t => t.normal_(0, standardDeviation, _generator), shape);

    /// <summary>Values from U(-<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public Parameter Uniform(double bound, params long[] shape) => Make(t => t.uniform_(-bound, bound, _generator), shape);

    /// <summary>One value everywhere.</summary>
    public Parameter Constant(double value, params long[] shape) => Make(t => t.fill_(value), shape);

    /// <summary>A tensor that is saved with the network but not trained, filled with one value.</summary>
    public Tensor Buffer(double value, params long[] shape) => Fill(t => t.fill_(value), shape);

    /// <summary>Values from N(0, <paramref name="standardDeviation"/>²) that are saved with the network but not trained.</summary>
    public Tensor NormalBuffer(double standardDeviation, params long[] shape) =>
        Fill(t => t.normal_(0, standardDeviation, _generator), shape);

    private Parameter Make(Func<Tensor, Tensor> fill, long[] shape)
    {
        var parameter = nn.Parameter(Fill(fill, shape, shape.Length >= 2 ? _matrixType : ScalarType.Float32));
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private Tensor Fill(Func<Tensor, Tensor> fill, long[] shape, ScalarType type = ScalarType.Float32)
    {
        var tensor = empty(shape, type, Device);
        if (_generator is not null)
        {
            using var _ = no_grad();
            fill(tensor);
        }
        return tensor.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _generator?.Dispose();
}
