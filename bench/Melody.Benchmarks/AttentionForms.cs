using BenchmarkDotNet.Attributes;
using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Benchmarks;

/// <summary>libtorch's fused attention beside the formula product by product, in the shapes that the networks ask for.</summary>
public class AttentionForms : LayerBenchmark
{
    private Tensor _queries = null!,
        _keys = null!,
        _values = null!;

    /// <summary>
    /// "coarse": along the segments of a denoiser's window; "tokens": its columns ask 250 semantic tokens; "text": a transformer over a
    /// sentence.
    /// </summary>
    [Params("coarse", "tokens", "text")]
    public string Shape { get; set; } = "";

    /// <summary>Makes queries, keys and values.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        var (batch, heads, queries, keys, width) = Shape switch
        {
            "coarse" => (64, 8, 33, 33, 32),
            "tokens" => (1, 8, 1056, 250, 32),
            _ => (8, 4, 64, 64, 32),
        };
        _queries = Noise(batch, heads, queries, width);
        _keys = Noise(batch, heads, keys, width);
        _values = Noise(batch, heads, keys, width);
    }

    /// <summary>libtorch's kernel.</summary>
    [Benchmark(Baseline = true)]
    public void Fused() => Pass(() => Attention.Fused(_queries, _keys, _values));

    /// <summary>Product by product.</summary>
    [Benchmark]
    public void WrittenOut() => Pass(() => Attention.WrittenOut(_queries, _keys, _values));
}
