using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;
using TransformerLayers = TorchSharp.Modules.ModuleList<Melody.Conditioning.TransformerLayer>;

namespace Melody.Conditioning;

/// <summary>
/// MuLan's audio tower (paper section 2.1) in the shape of the audio spectrogram transformer (Gong et al., arXiv
/// 2104.01778): overlapping patches of a log-mel spectrogram, a class token, learned positions, pre-norm layers, then
/// the class token through a linear layer onto the unit sphere. With a distillation token, the mean of the two is taken.
/// </summary>
internal sealed class AudioTower : Network<Tensor, Tensor>
{
    // windows that go through the network together when long audio is averaged: bounds the memory
    private const int WindowsAtOnce = 16;

    private readonly AudioTowerConfig _config;
    private readonly LogMelSpectrogram _spectrogram;
    private readonly Linear _patches,
        _head;
    private readonly Parameter _classToken,
        _positions;
    private readonly Parameter? _distillationToken;
    private readonly TransformerLayers _layers;
    private readonly LayerNorm _norm;

    public AudioTower(AudioTowerConfig config, int embeddingWidth, ParameterFactory parameters)
        : base(nameof(AudioTower))
    {
        _config = config;
        _spectrogram = new(config);
        int width = config.Transformer.Width,
            tokens = config.Grid.Bands * config.Grid.Frames + (config.DistillationToken ? 2 : 1);
        _patches = new(config.PatchBands * config.PatchFrames, width, bias: true, parameters);
        _classToken = parameters.Normal(0.02, 1, 1, width);
        _positions = parameters.Normal(0.02, 1, tokens, width);
        Add("patches", _patches);
        Add("class_token", _classToken);
        if (config.DistillationToken)
        {
            _distillationToken = parameters.Normal(0.02, 1, 1, width);
            Add("distillation_token", _distillationToken);
        }
        Add("positions", _positions);
        _layers = new([
            .. Enumerable
                .Range(0, config.Transformer.Layers)
                .Select(_ => new TransformerLayer(config.Transformer, normFirst: true, parameters)),
        ]);
        _norm = new(width, parameters, TransformerLayer.Epsilon);
        _head = new(width, embeddingWidth, bias: true, parameters);
        Add("layers", _layers);
        Add("norm", _norm);
        Add("head", _head);
    }

    /// <summary>
    /// Audio [batch, samples] of any length -> unit vectors [batch, embedding width]. Audio shorter than the window is
    /// played again from its start until the window is full. Longer audio is the renormalised mean over windows one hop
    /// apart and one at the very end, taken in bounded memory and without gradients.
    /// </summary>
    /// <param name="audio">Mono float32 at the tower's sample rate.</param>
    /// <param name="hopSeconds">Step between windows; the configuration's when null.</param>
    /// <param name="cancellation">Checked before each pass of the network.</param>
    /// <exception cref="MelodyException">The audio is empty.</exception>
    public Tensor Embed(Tensor audio, double? hopSeconds = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        long window = _config.WindowSamples,
            samples = audio.shape[1];
        if (samples == 0)
            throw new MelodyException("The audio holds no samples; give at least a moment of sound.");
        if (samples < window)
            audio = audio.repeat(1, (window + samples - 1) / samples).narrow(1, 0, window);
        if (samples <= window)
            return forward(_spectrogram.Compute(audio.to(_positions.device))).MoveToOuterDisposeScope();

        using var _ = no_grad();
        var starts = WindowStarts(samples, window, hopSeconds ?? _config.HopSeconds, _config.SampleRate);
        var sum = zeros(audio.shape[0], _head.Weight.shape[0], ScalarType.Float32, _positions.device);
        foreach (var chunk in starts.Chunk((int)Math.Max(1, WindowsAtOnce / audio.shape[0])))
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var windows = stack(chunk.Select(start => audio.narrow(1, start, window)), 1).flatten(0, 1).to(_positions.device);
            var each = forward(_spectrogram.Compute(windows)).view(audio.shape[0], chunk.Length, -1);
            sum.add_(each.sum(1));
        }
        return nn.functional.normalize(sum, dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Audio [batch, window samples] -> the picture that <see cref="forward"/> reads, float32 [batch, frames, bands] in [-1, 1].
    /// </summary>
    public Tensor Spectrogram(Tensor audio) => _spectrogram.Compute(audio);

    /// <summary>Spectrogram [batch, frames, bands] -> unit vectors [batch, embedding width], float32.</summary>
    public override Tensor forward(Tensor spectrogram)
    {
        using var scope = NewDisposeScope();
        long batch = spectrogram.shape[0];
        // [batch, bands, frames] -> [batch, grid bands, grid frames, patch bands, patch frames] -> [batch, patches, cells]
        var patches = spectrogram
            .transpose(1, 2)
            .unfold(1, _config.PatchBands, _config.StrideBands)
            .unfold(2, _config.PatchFrames, _config.StrideFrames)
            .flatten(3, 4)
            .flatten(1, 2);
        var embedded = _patches.forward(patches);
        Tensor Token(Parameter token) => token.to_type(embedded.dtype).expand(batch, 1, -1);
        var tokens = _distillationToken is null
            ? cat([Token(_classToken), embedded], 1)
            : cat([Token(_classToken), Token(_distillationToken), embedded], 1);
        var x = tokens + _positions.to_type(embedded.dtype);
        foreach (var layer in _layers)
            x = layer.forward(x, null, null);
        var pooled = _norm.forward(x.narrow(1, 0, _distillationToken is null ? 1 : 2)).mean([1]);
        return nn.functional.normalize(_head.forward(pooled).to_type(ScalarType.Float32), dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>First samples of the windows, one hop apart, the last one flush with the end.</summary>
    internal static IEnumerable<long> WindowStarts(long samples, long window, double hopSeconds, int sampleRate)
    {
        long hop = Math.Max(1, (long)Math.Round(hopSeconds * sampleRate)),
            last = samples - window;
        for (long start = 0; start < last; start += hop)
            yield return start;
        yield return last;
    }
}
