using Melody.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder;

/// <summary>
/// The light encoder: logarithm of a short-time magnitude spectrum, a linear layer, a trunk of
/// <see cref="ConvNeXtBlock"/>s, layer norm, and a linear layer to mean and log-variance. It mirrors
/// <see cref="SpectralDecoder"/>; phase is left for the decoder to find.
/// </summary>
internal sealed class SpectralEncoder : AudioEncoder
{
    // quieter than the rounding of 16-bit audio, whose spectrum has a standard deviation near 2e-4 at 1,920 points
    private const double SilentMagnitude = 1e-4;

    private readonly ShortTimeFrames _frames;
    private readonly Linear _input, _output;
    private readonly ModuleList<ConvNeXtBlock> _blocks;
    private readonly LayerNorm _norm;

    public SpectralEncoder(InverseStftConfig sizes, int latentChannels, ParameterFactory parameters) : base(nameof(SpectralEncoder))
    {
        _frames = new(sizes.FftSize, sizes.HopLength);
        _input = new(sizes.FftSize / 2 + 1, sizes.Width, bias: true, parameters);
        _blocks = nn.ModuleList(Enumerable.Range(0, sizes.EncoderLayers).Select(_ => new ConvNeXtBlock(sizes.Width, sizes.Expansion, sizes.Kernel, parameters)).ToArray());
        _norm = new(sizes.Width, parameters);
        _output = new(sizes.Width, 2 * latentChannels, bias: true, parameters);
        register_module("input", _input);
        register_module("blocks", _blocks);
        register_module("norm", _norm);
        register_module("output", _output);
        ContextFrames = _frames.ContextFrames + sizes.EncoderLayers * (sizes.Kernel / 2);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var spectra = _frames.Analyze(input);
        var power = spectra.real.square() + spectra.imag.square();
        var x = _input.forward(0.5 * power.clamp_min(SilentMagnitude * SilentMagnitude).log());
        for (int i = 0; i < _blocks.Count; i++) x = _blocks[i].forward(x);
        x = _norm.forward(x);
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        return _output.forward(x);
    }
}
