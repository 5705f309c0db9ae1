using Melody.Audio;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.SemanticTokens;

/// <summary>
/// Audio [batch, samples] -> features [batch, samples / hop rounded down, <see cref="Width"/>]; frame t is centred on its own hop of
/// samples.
/// </summary>
internal abstract class FrontEnd(string name) : Network<Tensor, Tensor>(name)
{
    /// <summary>Values in a feature frame.</summary>
    public abstract int Width { get; }

    /// <summary>Frames beside its own that a feature frame depends on, to each side.</summary>
    public abstract int Reach { get; }

    public static FrontEnd Make(SemanticTokenizerConfig config, ParameterFactory parameters) =>
        config switch
        {
            { Waveform: { } waveform, Mel: null } => new WaveformFrontEnd(config, waveform, parameters),
            { Mel: { } mel, Waveform: null, ShortMel: null } => new MelFrontEnd(config, mel),
            { Mel: { } mel, Waveform: null, ShortMel: { } brief } => new SideBySide(
                new MelFrontEnd(config, mel),
                new MelFrontEnd(config, brief)
            ),
            _ => throw new MelodyException(
                "A semantic tokenizer has either a waveform or a mel front end; its configuration must give exactly one."
            ),
        };
}

/// <summary>
/// wav2vec 2.0's feature encoder: strided convolutions, each followed by layer norm over channels and GELU, and a last
/// layer norm. Layer norm (as in the large models of that paper) rather than a norm over time, so that a frame depends on
/// the sound around it only. The audio is padded so that the frames are as many as whole hops.
/// </summary>
internal sealed class WaveformFrontEnd : FrontEnd
{
    private readonly List<(Convolution1d Convolution, LayerNorm Norm)> _layers = [];
    private readonly LayerNorm _norm;
    private readonly long _hop,
        _before,
        _after;

    public WaveformFrontEnd(SemanticTokenizerConfig config, WaveformFrontEndConfig waveform, ParameterFactory parameters)
        : base(nameof(WaveformFrontEnd))
    {
        if (waveform.Kernels.Count != waveform.Strides.Count || waveform.Strides.Aggregate(1, (a, b) => a * b) != config.Hop)
            throw new MelodyException(
                $"The strides of the waveform front end must be as many as its kernels and multiply to {config.Hop}."
            );
        _hop = config.Hop;
        Width = waveform.Channels;
        long field = 1,
            stride = 1;
        var (convolutions, norms) = (nn.ModuleList<Convolution1d>(), nn.ModuleList<LayerNorm>());
        for (int i = 0; i < waveform.Kernels.Count; i++)
        {
            var convolution = new Convolution1d(i == 0 ? 1 : Width, Width, waveform.Kernels[i], parameters, waveform.Strides[i]);
            var norm = new LayerNorm(Width, parameters);
            convolutions.Add(convolution);
            norms.Add(norm);
            _layers.Add((convolution, norm));
            field += (waveform.Kernels[i] - 1) * stride;
            stride *= waveform.Strides[i];
        }
        // a frame sees `field` samples; those beyond its hop are shared out to both sides
        _before = Math.Max(0, field - _hop) / 2;
        _after = Math.Max(0, field - _hop) - _before;
        Reach = (int)((_after + _hop - 1) / _hop);
        _norm = new(Width, parameters);
        Add("convolutions", convolutions);
        Add("norms", norms);
        Add("norm", _norm);
    }

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override int Reach { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        long frames = input.shape[1] / _hop;
        var x = nn.functional.pad(input.narrow(1, 0, frames * _hop), [_before, _after]).unsqueeze(1);
        foreach (var (convolution, norm) in _layers)
            x = nn.functional.gelu(norm.forward(convolution.forward(x).transpose(1, 2))).transpose(1, 2);
        return _norm.forward(x.transpose(1, 2));
    }
}

/// <summary>
/// ln(mel energy) / 4, which puts music roughly within -3 .. 3; the mel frames of one hop stand side by side. Without
/// parameters, so the loudness stays in the features.
/// </summary>
internal sealed class MelFrontEnd : FrontEnd
{
    private readonly MelSpectrogram _mel;
    private readonly long _hop,
        _fftSize,
        _melHop;

    public MelFrontEnd(SemanticTokenizerConfig config, MelFrontEndConfig mel)
        : base(nameof(MelFrontEnd))
    {
        if (config.Hop % mel.Hop != 0)
            throw new MelodyException($"The hop of the mel front end must divide {config.Hop}.");
        (_hop, _fftSize, _melHop) = (config.Hop, mel.FftSize, mel.Hop);
        _mel = new(new Stft(mel.FftSize, mel.Hop, centered: false), new MelFilterBank(config.SampleRate, mel.FftSize, mel.Bands));
        Width = mel.Bands * (config.Hop / mel.Hop);
        Reach = (int)((Before + _hop - 1) / _hop);
    }

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override int Reach { get; }

    private long Before => Math.Max(0, _fftSize - _melHop) / 2;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        long frames = input.shape[1] / _hop,
            perToken = _hop / _melHop;
        long needed = (frames * perToken - 1) * _melHop + _fftSize;
        var padded = nn.functional.pad(input.narrow(1, 0, frames * _hop), [Before, needed - frames * _hop - Before]);
        return (_mel.LogMel(padded) * 0.25).reshape(input.shape[0], frames, Width);
    }
}

/// <summary>The features of two front ends of the same frames, one behind the other in each frame.</summary>
internal sealed class SideBySide(FrontEnd first, FrontEnd second) : FrontEnd(nameof(SideBySide))
{
    /// <inheritdoc/>
    public override int Width => first.Width + second.Width;

    /// <inheritdoc/>
    public override int Reach => Math.Max(first.Reach, second.Reach);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => cat([first.forward(input), second.forward(input)], -1);
}
