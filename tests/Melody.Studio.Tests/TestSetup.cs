using System.Runtime.CompilerServices;
using Melody.Runtime;
using TorchSharp;

namespace Melody.Studio.Tests;

internal static class TestSetup
{
    /// <summary>One thread for the networks, as in the tests of the library.</summary>
    [ModuleInitializer]
    internal static void Initialize()
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(1);
    }
}
