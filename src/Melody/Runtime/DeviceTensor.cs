using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>A tensor that never changes, made once for each device that asks for it and never disposed of.</summary>
/// <param name="make">Makes it on a device.</param>
internal sealed class DeviceTensor(Func<Device, Tensor> make)
{
    private readonly ConcurrentDictionary<(DeviceType Type, int Index), Tensor> _tensors = new();

    /// <summary>The tensor on a device.</summary>
    public Tensor On(Device device) => _tensors.GetOrAdd((device.type, device.index), _ =>
        {
            using var scope = NewDisposeScope();
            return make(device).DetachFromDisposeScope();
        });
}
