using Melody.Foundation;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder;

/// <summary>
/// The light decoder after Vocos (Siuzdak, arXiv 2306.00814): a convolution, a trunk of <see cref="ConvNeXtBlock"/>s,
/// layer norm, linear layers to the magnitudes and phases of a short-time spectrum, and the inverse transform. Every layer
/// runs at the latent rate; the waveform appears only in the last step. Unlike Vocos, whose phases are the network's
/// output, phases run on from frame to frame (<see cref="PhaseContinuation"/>).
/// </summary>
internal sealed class SpectralDecoder : AudioDecoder
{
    // latents lie in [-1, 1] with a standard deviation near 1/3
    private const double LatentGain = 3;
    private const double InitialSpectrum = 0.2;
    private const double SmallestDirection = 1e-2;
    private const ulong NoiseSeed = 0x6d656c6f6479;

    private readonly ShortTimeFrames _frames;
    private readonly Convolution1d _input;
    private readonly ModuleList<ConvNeXtBlock> _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _magnitude,
        _phase;

    public SpectralDecoder(InverseStftConfig sizes, int latentChannels, ParameterFactory parameters)
        : base(nameof(SpectralDecoder))
    {
        _frames = new(sizes.FftSize, sizes.HopLength);
        _input = new(
            latentChannels,
            sizes.Width,
            sizes.Kernel,
            parameters,
            padding: sizes.Kernel / 2,
            standardDeviation: LatentGain / Math.Sqrt(latentChannels * sizes.Kernel)
        );
        _blocks = nn.ModuleList(
            Enumerable
                .Range(0, sizes.DecoderLayers)
                .Select(_ => new ConvNeXtBlock(sizes.Width, sizes.Expansion, sizes.Kernel, parameters))
                .ToArray()
        );
        _norm = new(sizes.Width, parameters);
        double deviation = InitialSpectrum / Math.Sqrt(sizes.Width);
        _magnitude = new(sizes.Width, _frames.Bins, bias: true, parameters, deviation);
        _phase = new(sizes.Width, 4 * _frames.Bins, bias: true, parameters, deviation);
        Add("input", _input);
        Add("blocks", _blocks);
        Add("norm", _norm);
        Add("magnitude", _magnitude);
        Add("phase", _phase);
        ContextFrames = _frames.ContextFrames + (sizes.DecoderLayers + 1) * (sizes.Kernel / 2);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => DecodePiece(input, 0, input.shape[1], new());

    /// <inheritdoc/>
    public override Tensor DecodePiece(Tensor latents, long skipped, long frames, DecoderMemory memory)
    {
        var spectral = Describe(latents);
        // samples at the edges are shared with the frames of the neighbouring pieces, which are made twice
        long first = Math.Max(skipped - _frames.ContextFrames, 0),
            end = Math.Min(skipped + frames + _frames.ContextFrames, spectral.Count);
        long kept = skipped + frames - _frames.ContextFrames - 1;
        var spectra = Run(spectral, first, end, kept, memory);
        return _frames.Synthesize(spectra).narrow(1, (skipped - first) * _frames.HopLength, frames * _frames.HopLength);
    }

    /// <summary>Latents [batch, frames, D] -> what the network says of every bin.</summary>
    public SpectralFrames Describe(Tensor latents)
    {
        var x = _input.forward(latents.transpose(1, 2)).transpose(1, 2).contiguous();
        for (int i = 0; i < _blocks.Count; i++)
            x = _blocks[i].forward(x);
        x = _norm.forward(x);
        var phase = _phase.forward(x).to_type(ScalarType.Float32).chunk(4, -1);
        // bfloat16 would round a log-magnitude to within a quarter of a decibel
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        // no signal in [-1, 1] exceeds length / 2, the sum of the Hann window
        var logMagnitude = _magnitude.forward(x).clamp_max(Math.Log(_frames.Length / 2.0));
        return new(logMagnitude, phase[0], phase[1], phase[2], phase[3]);
    }

    /// <summary>
    /// One step of training: every frame's phases predicted from the true phases of the frame before.
    /// Latents [batch, frames, D] and the true spectra, complex64 [batch, frames, bins] -> all that the losses need.
    /// </summary>
    public SpectralForecast Forecast(Tensor latents, Tensor spectra)
    {
        var frames = Describe(latents);
        var (real, imaginary) = (spectra.real, spectra.imag);
        var scale = (real.square() + imaginary.square()).clamp_min(1e-8).rsqrt();
        var magnitude = frames.LogMagnitude.exp();
        var (x, y) = PhaseContinuation.Predict(
            PhaseContinuation.Delayed(magnitude.detach()),
            PhaseContinuation.Delayed(real * scale),
            PhaseContinuation.Delayed(imaginary * scale),
            frames,
            PhaseContinuation.Advance(_frames.Length, _frames.HopLength, latents.device)
        );
        var direct = magnitude * (x.square() + y.square() + SmallestDirection).rsqrt();
        return new(frames.LogMagnitude, x, y, _frames.Synthesize(complex(direct * x, direct * y)));
    }

    /// <summary>
    /// The sound of a forecast as generation makes it, [batch, frames * hop]: what cannot be predicted is
    /// noise. Gradients reach the magnitudes; phases learn by being predicted.
    /// </summary>
    /// <param name="forecast">What the frames are predicted to be.</param>
    /// <param name="turns">The phases of what is noise, in turns: uniform in [0, 1), of the shape of the forecast's bins.</param>
    public Tensor Hear(SpectralForecast forecast, Tensor turns)
    {
        var (x, y) = Complete(forecast.Real.detach(), forecast.Imaginary.detach(), turns * (2 * Math.PI));
        var magnitude = forecast.LogMagnitude.exp();
        return _frames.Synthesize(complex(magnitude * x, magnitude * y));
    }

    /// <summary>Audio [batch, frames * hop] -> its spectra, complex64 [batch, frames, bins].</summary>
    public Tensor Analyze(Tensor audio) => _frames.Analyze(audio);

    private Tensor Run(SpectralFrames spectral, long first, long end, long kept, DecoderMemory memory)
    {
        long batch = spectral.LogMagnitude.shape[0],
            frame = memory.Frames;
        var device = spectral.LogMagnitude.device;
        Tensor Recall(float[]? values) =>
            values is null ? zeros([batch, _frames.Bins], device: device) : tensor(values, [batch, _frames.Bins], device: device);
        var (magnitude, real, imaginary) = (Recall(memory.Magnitude), Recall(memory.Real), Recall(memory.Imaginary));
        var advance = PhaseContinuation.Advance(_frames.Length, _frames.HopLength, device);
        var spectra = new List<Tensor>();
        for (long i = first; i < end; i++, frame++)
        {
            using var scope = NewDisposeScope();
            var next = spectral[i];
            var (x, y) = PhaseContinuation.Predict(magnitude, real, imaginary, next, advance);
            (x, y) = Complete(x, y, NoiseAngles(frame, device));
            magnitude = next.LogMagnitude.exp().MoveToOuterDisposeScope();
            (real, imaginary) = (x.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope());
            spectra.Add(complex(magnitude * real, magnitude * imaginary).MoveToOuterDisposeScope());
            if (i != kept)
                continue;
            (memory.Frames, memory.Magnitude) = (frame + 1, Values(magnitude));
            (memory.Real, memory.Imaginary) = (Values(real), Values(imaginary));
        }
        return stack(spectra, 1);
    }

    private Tensor NoiseAngles(long frame, Device device)
    {
        var angles = new float[_frames.Bins];
        var random = new CounterRandom(NoiseSeed, (ulong)frame);
        for (int k = 0; k < angles.Length; k++)
            angles[k] = (float)(2 * Math.PI * random.Uniform((ulong)k));
        return tensor(angles, device: device);
    }

    // the less can be predicted, the more is noise, which points anywhere
    private static (Tensor Real, Tensor Imaginary) Complete(Tensor x, Tensor y, Tensor angle)
    {
        var rest = 1 - x.square() - y.square();
        (x, y) = (x + rest * angle.cos(), y + rest * angle.sin());
        var scale = (x.square() + y.square()).clamp_min(1e-12).rsqrt();
        return (x * scale, y * scale);
    }

    private static float[] Values(Tensor tensor) => tensor.detach().cpu().contiguous().data<float>().ToArray();
}
