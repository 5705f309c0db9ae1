using Melody.Audio;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// Normalised features -> the Gaussian of each latent frame: a linear layer over the spectral frames of one latent frame, a
/// trunk of <see cref="ConvNeXtBlock"/>s, layer norm, and a linear layer to mean and log-variance.
/// [batch, frames, bins + 48] -> float32 [batch, frames / framesPerLatent, 2 D].
/// </summary>
internal sealed class MagnitudeEncoder : Network<Tensor, Tensor>
{
    private readonly int _stacked;
    private readonly Linear _input,
        _statistics;
    private readonly ModuleList<ConvNeXtBlock> _blocks;
    private readonly LayerNorm _norm;

    public MagnitudeEncoder(MagnitudeAutoencoderConfig sizes, ParameterFactory parameters)
        : base(nameof(MagnitudeEncoder))
    {
        _stacked = sizes.FramesPerLatent;
        _input = new(_stacked * (sizes.Bins + 2 * StereoBands.Count), sizes.Width, bias: true, parameters);
        _blocks = nn.ModuleList([
            .. Enumerable
                .Range(0, sizes.EncoderLayers)
                .Select(_ => new ConvNeXtBlock(sizes.Width, sizes.Expansion, sizes.Kernel, parameters)),
        ]);
        _norm = new(sizes.Width, parameters);
        _statistics = new(sizes.Width, 2 * sizes.LatentChannels, bias: true, parameters);
        Add("input", _input);
        Add("blocks", _blocks);
        Add("norm", _norm);
        Add("statistics", _statistics);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _input.forward(input.reshape(input.shape[0], input.shape[1] / _stacked, _stacked * input.shape[2]));
        foreach (var block in _blocks)
            x = block.forward(x);
        x = _norm.forward(x);
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        return _statistics.forward(x);
    }
}
