using BenchmarkDotNet.Attributes;
using Melody.Diffusion;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Benchmarks;

/// <summary>The two paths of a dual-path block over one window of <c>mini</c>, both branches of guidance.</summary>
public class DenoiserLayers : LayerBenchmark
{
    private readonly DenoiserConfig _sizes = Parts.Denoiser.Config("mini");
    private Sru _sru = null!;
    private Tensor _columns = null!,
        _gates = null!,
        _recurrent = null!,
        _bias = null!;

    /// <summary>Makes the layers and their inputs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        long rows = 2 * Segmentation.Count(_sizes.Frames, _sizes.SegmentLength),
            width = _sizes.SruWidth;
        _sru = Loaded(p => new Sru(_sizes.HiddenWidth, width, _sizes.SruLayers, p));
        _columns = Noise(rows, _sizes.SegmentLength, _sizes.HiddenWidth);
        _gates = Noise(rows, _sizes.SegmentLength, 2, 3, width);
        _recurrent = zeros(2, 2, width);
        _bias = zeros(2, 2, width);
    }

    /// <summary>The fine path: products and scans of a bidirectional SRU along the columns.</summary>
    [Benchmark]
    public void SruLayers() => Pass(() => _sru.forward(_columns));

    /// <summary>The scan alone, as the hand-written kernel does it.</summary>
    [Benchmark]
    public void SruScanAlone() => Pass(() => SruScan.Run(_gates, _columns, _recurrent, _bias));
}
