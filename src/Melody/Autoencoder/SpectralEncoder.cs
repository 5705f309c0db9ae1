using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder;

/// <summary>
/// The light encoder: a short-time spectrum, a linear layer, a trunk of <see cref="ConvNeXtBlock"/>s, layer norm, and a
/// linear layer to mean and log-variance. It mirrors <see cref="SpectralDecoder"/>. Of a spectrum X it sees the
/// logarithm of |X|, how each phase turned since the frame before (of a steady tone always the same), and the phase
/// itself, which matters where a sound begins; the last two as complex numbers of length |X|^0.3 or so, which brings loud
/// and soft partials near each other as the ear does.
/// </summary>
internal sealed class SpectralEncoder : AudioEncoder
{
    // quieter than the rounding of 16-bit audio, whose spectrum has a standard deviation near 2e-4 at 1,920 points
    private const double SilentMagnitude = 1e-4;
    private const double Compression = 0.3;

    private readonly ShortTimeFrames _frames;
    private readonly Linear _input,
        _output;
    private readonly ModuleList<ConvNeXtBlock> _blocks;
    private readonly LayerNorm _norm;

    public SpectralEncoder(InverseStftConfig sizes, int latentChannels, ParameterFactory parameters)
        : base(nameof(SpectralEncoder))
    {
        _frames = new(sizes.FftSize, sizes.HopLength);
        _input = new(5 * _frames.Bins, sizes.Width, bias: true, parameters);
        _blocks = nn.ModuleList(
            Enumerable
                .Range(0, sizes.EncoderLayers)
                .Select(_ => new ConvNeXtBlock(sizes.Width, sizes.Expansion, sizes.Kernel, parameters))
                .ToArray()
        );
        _norm = new(sizes.Width, parameters);
        _output = new(sizes.Width, 2 * latentChannels, bias: true, parameters);
        Add("input", _input);
        Add("blocks", _blocks);
        Add("norm", _norm);
        Add("output", _output);
        ContextFrames = _frames.ContextFrames + 1 + sizes.EncoderLayers * (sizes.Kernel / 2);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _input.forward(Features(_frames.Analyze(input)));
        for (int i = 0; i < _blocks.Count; i++)
            x = _blocks[i].forward(x);
        x = _norm.forward(x);
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        return _output.forward(x);
    }

    // complex [batch, frames, bins] -> [batch, frames, 5 * bins]
    private Tensor Features(Tensor spectra)
    {
        var (real, imaginary) = (spectra.real, spectra.imag);
        var power = (real.square() + imaginary.square()).clamp_min(SilentMagnitude * SilentMagnitude);
        var log = power.log(); // an exponential is many times faster than a power
        var scale = (log * (0.5 * (Compression - 1))).exp();
        (real, imaginary) = (real * scale, imaginary * scale);

        var root = (log * (-0.25 * Compression)).exp();
        var (a, b) = (real * root, imaginary * root);
        var (c, d) = (PhaseContinuation.Delayed(a), PhaseContinuation.Delayed(b));
        var (cosine, sine) = PhaseContinuation.Advance(_frames.Length, _frames.HopLength, spectra.device);
        // what is left of the turn beside that of the bin's middle frequency: X[n] conj(X[n - 1]) conj(advance)
        var (turnReal, turnImaginary) = (a * c + b * d, b * c - a * d);
        return cat([0.5 * log, turnReal * cosine + turnImaginary * sine, turnImaginary * cosine - turnReal * sine, real, imaginary], -1);
    }
}
