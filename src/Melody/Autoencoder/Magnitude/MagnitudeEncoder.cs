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
/// trunk of <see cref="ConvNeXtBlock"/>s, layer norm, and a linear layer to mean and log-variance. To the means a linear map of the
/// frame itself is added, which training begins with (<see cref="SetLinear"/>).
/// [batch, frames, bins + 48] -> float32 [batch, frames / framesPerLatent, 2 D].
/// </summary>
internal sealed class MagnitudeEncoder : Network<Tensor, Tensor>
{
    private readonly int _stacked;

    // standard deviation of the posterior before training: 7 % of that of the latents
    private const double InitialLogVariance = -5.3;

    private readonly Linear _input,
        _statistics,
        _linear;
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
        _linear = new(_stacked * (sizes.Bins + 2 * StereoBands.Count), sizes.LatentChannels, bias: true, parameters, standardDeviation: 0);
        Scale = parameters.Buffer(1, sizes.LatentChannels);
        Add("input", _input);
        Add("blocks", _blocks);
        Add("norm", _norm);
        Add("statistics", _statistics);
        Add("linear", _linear);
        AddBuffer("scale", Scale);
    }

    /// <summary>What the linear map's latents are multiplied with, [D]: fitted, never trained.</summary>
    public Tensor Scale { get; }

    /// <summary>
    /// Begins with a linear map, before the first step: means are scale * (input weightᵀ + bias), and the trunk adds nothing yet.
    /// </summary>
    /// <param name="weight">[D, framesPerLatent * (bins + 48)].</param>
    /// <param name="bias">[D].</param>
    /// <param name="scale">[D]; apart from the weights, whose steps in training are alike for all latents.</param>
    public void SetLinear(Tensor weight, Tensor bias, Tensor scale)
    {
        using var _ = no_grad();
        _linear.Weight.copy_(weight);
        _linear.Bias!.copy_(bias);
        Scale.copy_(scale);
        _statistics.Weight.zero_();
        _statistics.Bias!.zero_();
        _statistics.Bias.narrow(0, scale.shape[0], scale.shape[0]).fill_(InitialLogVariance);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var stacked = input.reshape(input.shape[0], input.shape[1] / _stacked, _stacked * input.shape[2]);
        var x = _input.forward(stacked);
        foreach (var block in _blocks)
            x = block.forward(x);
        x = _norm.forward(x);
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        var straight = _linear.forward(stacked) * Scale;
        return _statistics.forward(x) + cat([straight, zeros_like(straight)], -1);
    }
}
