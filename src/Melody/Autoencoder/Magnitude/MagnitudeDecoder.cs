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
/// Latents -> normalised features: a convolution and a trunk of <see cref="ConvNeXtBlock"/>s at the latent rate, then a
/// light tail at the rate of spectral frames, and beside both a linear map of each latent frame, which training begins with
/// (<see cref="SetLinear"/>). [batch, latent frames, D] -> float32 [batch, frames, bins] log-magnitudes,
/// [batch, frames, bins] log-spreads and [batch, frames, 48] balances and correlations in (-1, 1).
/// </summary>
internal sealed class MagnitudeDecoder : Network<Tensor, (Tensor Magnitude, Tensor Spread, Tensor Stereo)>
{
    // latents lie in [-1, 1] with a standard deviation near 1/3
    private const double LatentGain = 3;
    private const double SmallOutput = 0.2;

    private readonly int _stacked,
        _fineWidth,
        _bins;
    private readonly Convolution1d _input;
    private readonly ModuleList<ConvNeXtBlock> _blocks,
        _fine;
    private readonly LayerNorm _norm,
        _fineNorm;
    private readonly Linear _upsample,
        _magnitude,
        _spread,
        _stereo,
        _linear;

    public MagnitudeDecoder(MagnitudeAutoencoderConfig sizes, ParameterFactory parameters)
        : base(nameof(MagnitudeDecoder))
    {
        (_stacked, _fineWidth, _bins) = (sizes.FramesPerLatent, sizes.FineWidth, sizes.Bins);
        _input = new(
            sizes.LatentChannels,
            sizes.Width,
            sizes.Kernel,
            parameters,
            padding: sizes.Kernel / 2,
            standardDeviation: LatentGain / Math.Sqrt(sizes.LatentChannels * sizes.Kernel)
        );
        _blocks = Blocks(sizes.DecoderLayers, sizes.Width);
        _norm = new(sizes.Width, parameters);
        _upsample = new(sizes.Width, sizes.FramesPerLatent * sizes.FineWidth, bias: true, parameters);
        _fine = Blocks(sizes.FineLayers, sizes.FineWidth);
        _fineNorm = new(sizes.FineWidth, parameters);
        double deviation = SmallOutput / Math.Sqrt(sizes.FineWidth);
        _magnitude = new(sizes.FineWidth, sizes.Bins, bias: true, parameters, deviation);
        _spread = new(sizes.FineWidth, sizes.Bins, bias: true, parameters, deviation);
        _stereo = new(sizes.FineWidth, 2 * StereoBands.Count, bias: true, parameters, deviation);
        int features = sizes.Bins + 2 * StereoBands.Count;
        _linear = new(sizes.LatentChannels, _stacked * features, bias: true, parameters, standardDeviation: 0);
        Add("input", _input);
        Add("blocks", _blocks);
        Add("norm", _norm);
        Add("upsample", _upsample);
        Add("fine", _fine);
        Add("fine_norm", _fineNorm);
        Add("magnitude", _magnitude);
        Add("spread", _spread);
        Add("stereo", _stereo);
        Add("linear", _linear);

        ModuleList<ConvNeXtBlock> Blocks(int count, int width) =>
            nn.ModuleList([.. Enumerable.Range(0, count).Select(_ => new ConvNeXtBlock(width, sizes.Expansion, sizes.Kernel, parameters))]);
    }

    /// <summary>Begins with a linear map, before the first step; the trunk adds nothing yet.</summary>
    /// <param name="weight">
    /// [framesPerLatent * (bins + 48), D]: of latents as the encoder's means, to normalised log-magnitudes and the inverse hyperbolic
    /// tangents of the stereo figures.
    /// </param>
    /// <param name="bias">[framesPerLatent * (bins + 48)].</param>
    public void SetLinear(Tensor weight, Tensor bias)
    {
        using var _ = no_grad();
        _linear.Weight.copy_(weight * LatentGain);
        _linear.Bias!.copy_(bias);
        foreach (var layer in new[] { _magnitude, _stereo })
        {
            layer.Weight.zero_();
            layer.Bias!.zero_();
        }
    }

    /// <inheritdoc/>
    public override (Tensor Magnitude, Tensor Spread, Tensor Stereo) forward(Tensor input)
    {
        var x = _input.forward(input.transpose(1, 2)).transpose(1, 2).contiguous();
        foreach (var block in _blocks)
            x = block.forward(x);
        x = _upsample.forward(_norm.forward(x)).reshape(input.shape[0], input.shape[1] * _stacked, _fineWidth);
        foreach (var block in _fine)
            x = block.forward(x);
        x = _fineNorm.forward(x);
        var spread = _spread.forward(x.detach()).to_type(ScalarType.Float32);
        // bfloat16 would round a log-magnitude to within a quarter of a decibel
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        var straight = _linear.forward(input).reshape(input.shape[0], input.shape[1] * _stacked, -1);
        return (
            _magnitude.forward(x) + straight.narrow(-1, 0, _bins),
            spread,
            (_stereo.forward(x) + straight.narrow(-1, _bins, straight.shape[2] - _bins)).tanh()
        );
    }
}
