using Melody.Nn;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Setup;

/// <summary>Networks that are to be trained.</summary>
internal static class NewNetwork
{
    /// <summary>A network whose values are drawn on the CPU from a seed: the same on every device.</summary>
    public static T Create<T>(long seed, Device device, Func<ParameterFactory, T> make)
        where T : nn.Module
    {
        using var random = ParameterFactory.Random(seed);
        var drawn = make(random);
        if (device.type == DeviceType.CPU)
            return drawn;
        using (drawn)
        {
            using var empty = ParameterFactory.Empty(device);
            var network = make(empty);
            StateDictionary.Copy(drawn, network);
            return network;
        }
    }
}
