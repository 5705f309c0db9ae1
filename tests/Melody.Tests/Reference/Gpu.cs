using Melody.Runtime;

namespace Melody.Tests.Reference;

/// <summary>What tests of the CUDA path need.</summary>
internal static class Gpu
{
    /// <summary>Skips the test, saying why, where there is none.</summary>
    public static void Require() =>
        Assert.SkipUnless(
            TorchDevice.HasCuda,
            "There is no CUDA device, or libtorch has no CUDA: set MELODY_LIBTORCH to the torch/lib folder of a PyTorch install "
                + "that has it."
        );
}
