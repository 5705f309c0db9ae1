using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Melody.Runtime;

// Measured in this process: what BenchmarkDotNet would generate, build and start instead takes the build's own settings
// for libtorch (its repair, its links) with it only by chance, and a minute a benchmark.
TorchRuntime.Initialize();
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithId("in process");
BenchmarkSwitcher.FromAssembly(typeof(Melody.Benchmarks.LayerBenchmark).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
