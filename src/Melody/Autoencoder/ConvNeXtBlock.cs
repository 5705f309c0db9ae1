using Melody.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Melody.Nn.LayerNorm;
using Linear = Melody.Nn.Linear;

namespace Melody.Autoencoder;

/// <summary>
/// ConvNeXt block over time (Liu et al., 2022; in one dimension as in Vocos, arXiv 2306.00814): depthwise convolution,
/// layer norm, two pointwise layers with GELU between them, layer scale, residual sum.
/// [batch, frames, width] -> the same shape.
/// </summary>
internal sealed class ConvNeXtBlock : Network<Tensor, Tensor>
{
    private const double InitialScale = 0.1;

    private readonly DepthwiseConvolution _depthwise;
    private readonly LayerNorm _norm;
    private readonly Linear _expand,
        _contract;
    private readonly Parameter _scale;

    public ConvNeXtBlock(int width, int expansion, int kernel, ParameterFactory parameters)
        : base(nameof(ConvNeXtBlock))
    {
        _depthwise = new(width, kernel, parameters);
        _norm = new(width, parameters);
        _expand = new(width, expansion * width, bias: true, parameters);
        _contract = new(expansion * width, width, bias: true, parameters);
        _scale = parameters.Constant(InitialScale, width);
        Add("depthwise", _depthwise);
        Add("norm", _norm);
        Add("expand", _expand);
        Add("contract", _contract);
        Add("scale", _scale);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _norm.forward(_depthwise.forward(input));
        x = _contract.forward(nn.functional.gelu(_expand.forward(x)));
        return input + x * _scale.to_type(x.dtype);
    }
}
