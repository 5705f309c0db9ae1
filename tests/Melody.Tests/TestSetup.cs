using System.Runtime.CompilerServices;
using Melody.Nn;
using TorchSharp;

namespace Melody.Tests;

internal static class TestSetup
{
    /// <summary>One libtorch thread a test: test classes run side by side, and spinning thread pools would fight.</summary>
    [ModuleInitializer]
    internal static void Initialize()
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(1);
    }
}
