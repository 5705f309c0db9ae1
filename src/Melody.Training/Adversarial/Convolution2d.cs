using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>Weight-normalised convolution over two axes: [batch, inputs, height, width] -> [batch, outputs, height', width'].</summary>
internal sealed class Convolution2d : Network<Tensor, Tensor>
{
    private readonly Parameter _direction,
        _magnitude,
        _bias;
    private readonly (long, long) _stride,
        _padding,
        _dilation;

    public Convolution2d(
        long inputs,
        long outputs,
        (long Height, long Width) kernel,
        (long, long) stride,
        (long, long) padding,
        ParameterFactory parameters,
        (long, long)? dilation = null
    )
        : base(nameof(Convolution2d))
    {
        (_stride, _padding, _dilation) = (stride, padding, dilation ?? (1, 1));
        double fanIn = inputs * kernel.Height * kernel.Width;
        _direction = parameters.Normal(1 / Math.Sqrt(fanIn), outputs, inputs, kernel.Height, kernel.Width);
        _magnitude = parameters.Constant(1, outputs, 1, 1, 1);
        _bias = parameters.Constant(0, outputs);
        Add("weight_v", _direction);
        Add("weight_g", _magnitude);
        Add("bias", _bias);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        AlignedConvolution.Convolve2d(input, WeightNormalization.Apply(_direction, _magnitude), _bias, _stride, _padding, _dilation);
}
