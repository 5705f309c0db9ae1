using BenchmarkDotNet.Attributes;
using Melody.Autoencoder;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Benchmarks;

/// <summary>The parts of the light decoder on ten seconds of <c>mini</c>, and a convolution as the paper's decoder has them.</summary>
public class AutoencoderLayers : LayerBenchmark
{
    private const long Frames = 500,
        PaperChannels = 384,
        PaperLength = 2000,
        PaperKernel = 7;

    private readonly InverseStftConfig _sizes = Parts.Autoencoder.Config("mini").InverseStft!;
    private ConvNeXtBlock _block = null!;
    private ShortTimeFrames _frames = null!;
    private Tensor _hidden = null!,
        _spectra = null!,
        _wide = null!,
        _weight = null!,
        _odd = null!,
        _oddWeight = null!;

    /// <summary>Makes the layers and their inputs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        _block = Loaded(p => new ConvNeXtBlock(_sizes.Width, _sizes.Expansion, _sizes.Kernel, p));
        _hidden = Noise(1, Frames, _sizes.Width);
        _frames = new(_sizes.FftSize, _sizes.HopLength);
        _spectra = randn(1, Frames, _sizes.FftSize / 2 + 1, dtype: ScalarType.ComplexFloat32);
        _wide = Noise(1, PaperChannels, PaperLength);
        _weight = Noise(PaperChannels, PaperChannels, PaperKernel);
        _odd = Noise(1, PaperChannels - 4, PaperLength);
        _oddWeight = Noise(PaperChannels - 4, PaperChannels - 4, PaperKernel);
    }

    /// <summary>One of the trunk's blocks.</summary>
    [Benchmark]
    public void ConvNeXt() => Pass(() => _block.forward(_hidden));

    /// <summary>Spectra to samples.</summary>
    [Benchmark]
    public void InverseStft() => Pass(() => _frames.Synthesize(_spectra));

    /// <summary>384 channels by a kernel of 7.</summary>
    [Benchmark]
    public void Convolution() => Pass(() => AlignedConvolution.Convolve1d(_wide, _weight, null, padding: PaperKernel / 2));

    /// <summary>380 channels, which are filled up to 384.</summary>
    [Benchmark]
    public void ConvolutionFilledUp() => Pass(() => AlignedConvolution.Convolve1d(_odd, _oddWeight, null, padding: PaperKernel / 2));
}
