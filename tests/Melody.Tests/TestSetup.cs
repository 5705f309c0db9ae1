using System.Runtime.CompilerServices;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp;

namespace Melody.Tests;

internal static class TestSetup
{
    /// <summary>
    /// One test at a time and one thread a test: TorchSharp does not keep native scalars alive during a call, so a
    /// collection that a neighbour starts can free one that is being read (see <see cref="ModelUse"/>).
    /// </summary>
    [ModuleInitializer]
    internal static void Initialize()
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(1);
        CsCheck.Check.Threads = 1;
    }
}
