using Melody.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder;

/// <summary>
/// The light decoder, Vocos (Siuzdak, arXiv 2306.00814): a convolution, a trunk of <see cref="ConvNeXtBlock"/>s, layer
/// norm, a linear layer to log-magnitude and phase of a short-time spectrum, and the inverse transform. Every layer runs
/// at the latent rate; the waveform appears only in the last step.
/// </summary>
internal sealed class SpectralDecoder : AudioDecoder
{
    // latents lie in [-1, 1] with a standard deviation near 1/3
    private const double LatentGain = 3;
    private const double InitialSpectrum = 0.2;

    private readonly ShortTimeFrames _frames;
    private readonly Convolution1d _input;
    private readonly ModuleList<ConvNeXtBlock> _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _output;

    public SpectralDecoder(InverseStftConfig sizes, int latentChannels, ParameterFactory parameters) : base(nameof(SpectralDecoder))
    {
        _frames = new(sizes.FftSize, sizes.HopLength);
        _input = new(latentChannels, sizes.Width, sizes.Kernel, parameters, padding: sizes.Kernel / 2,
            standardDeviation: LatentGain / Math.Sqrt(latentChannels * sizes.Kernel));
        _blocks = nn.ModuleList(Enumerable.Range(0, sizes.DecoderLayers).Select(_ => new ConvNeXtBlock(sizes.Width, sizes.Expansion, sizes.Kernel, parameters)).ToArray());
        _norm = new(sizes.Width, parameters);
        _output = new(sizes.Width, sizes.FftSize + 2, bias: true, parameters, InitialSpectrum / Math.Sqrt(sizes.Width));
        register_module("input", _input);
        register_module("blocks", _blocks);
        register_module("norm", _norm);
        register_module("output", _output);
        ContextFrames = _frames.ContextFrames + (sizes.DecoderLayers + 1) * (sizes.Kernel / 2);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _input.forward(input.transpose(1, 2)).transpose(1, 2).contiguous();
        for (int i = 0; i < _blocks.Count; i++) x = _blocks[i].forward(x);
        x = _norm.forward(x);
        // bfloat16 would round a phase of pi to within 0.008 rad, a noise 47 dB below the music
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        var spectrum = _output.forward(x).chunk(2, -1);
        return _frames.Synthesize(Spectrum(spectrum[0], spectrum[1]));
    }

    /// <summary>
    /// exp(logMagnitude) (cos phase + i sin phase). A magnitude stays below length / 2, the sum of the Hann window, which
    /// no signal in [-1, 1] exceeds.
    /// </summary>
    public Tensor Spectrum(Tensor logMagnitude, Tensor phase)
    {
        var magnitude = logMagnitude.clamp_max(Math.Log(_frames.Length / 2.0)).exp();
        return complex(magnitude * phase.cos(), magnitude * phase.sin());
    }
}
