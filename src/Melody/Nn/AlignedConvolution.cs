using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Convolutions whose channel counts a CPU sees as multiples of 16, in <see cref="ComputePrecision.Current"/>.
/// </summary>
/// <remarks>
/// libtorch packs the channels of a CPU convolution in blocks of 16 (AVX-512) and, on some processors, does not clear the
/// rest of the last block: with other channel counts bfloat16 convolutions give wrong values (pytorch/pytorch#163347), and
/// the gradients of float32 ones take in whatever the memory held before. Seen with libtorch 2.10 (oneDNN 3.7.1) on an AMD
/// EPYC, in one and two dimensions. Zeros are added here instead, which costs no more than the blocks do anyway.
/// Convolutions in groups are not packed so, but with a stride their bfloat16 gradients are wrong as well: those run in
/// float32.
/// </remarks>
internal static class AlignedConvolution
{
    private const long Block = 16;

    /// <summary>[batch, inputs, length] by a weight [outputs, inputs / groups, kernel].</summary>
    public static Tensor Convolve1d(
        Tensor input,
        Tensor weight,
        Tensor? bias,
        long stride = 1,
        long padding = 0,
        long dilation = 1,
        long groups = 1
    )
    {
        var type = groups > 1 && stride > 1 && input.device_type == DeviceType.CPU ? ScalarType.Float32 : ComputePrecision.Current;
        long outputs = weight.shape[0];
        if (groups == 1)
            (input, weight, bias) = Align(input, weight, bias, outputsAxis: 0);
        var output = nn.functional.conv1d(
            Cast(input, type),
            Cast(weight, type),
            bias is null ? null : Cast(bias, type),
            stride,
            padding,
            dilation,
            groups
        );
        return ComputePrecision.Cast(First(output, outputs));
    }

    /// <summary>[batch, inputs, height, width] by a weight [outputs, inputs, kernel height, kernel width].</summary>
    public static Tensor Convolve2d(
        Tensor input,
        Tensor weight,
        Tensor? bias,
        (long Height, long Width) stride,
        (long Height, long Width) padding,
        (long Height, long Width)? dilation = null
    )
    {
        long outputs = weight.shape[0];
        var (dilationHeight, dilationWidth) = dilation ?? (1, 1);
        (input, weight, bias) = Align(input, weight, bias, outputsAxis: 0);
        var output = nn.functional.conv2d(
            ComputePrecision.Cast(input),
            ComputePrecision.Cast(weight),
            bias is null ? null : ComputePrecision.Cast(bias),
            [stride.Height, stride.Width],
            [padding.Height, padding.Width],
            [dilationHeight, dilationWidth]
        );
        return First(output, outputs);
    }

    /// <summary>[batch, inputs, length] by a transposed weight [inputs, outputs, kernel].</summary>
    public static Tensor ConvolveTransposed1d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding, long outputPadding = 0)
    {
        long outputs = weight.shape[1];
        (input, weight, bias) = Align(input, weight, bias, outputsAxis: 1);
        var output = nn.functional.conv_transpose1d(
            ComputePrecision.Cast(input),
            ComputePrecision.Cast(weight),
            bias is null ? null : ComputePrecision.Cast(bias),
            stride,
            padding,
            outputPadding
        );
        return First(output, outputs);
    }

    private static (Tensor Input, Tensor Weight, Tensor? Bias) Align(Tensor input, Tensor weight, Tensor? bias, int outputsAxis)
    {
        if (input.device_type != DeviceType.CPU)
            return (input, weight, bias);
        long inputsMissing = Missing(input.shape[1]),
            outputsMissing = Missing(weight.shape[outputsAxis]);
        if (inputsMissing > 0)
            (input, weight) = (Extend(input, 1, inputsMissing), Extend(weight, 1 - outputsAxis, inputsMissing));
        if (outputsMissing > 0)
            (weight, bias) = (Extend(weight, outputsAxis, outputsMissing), bias is null ? null : Extend(bias, 0, outputsMissing));
        return (input, weight, bias);
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;

    private static Tensor Extend(Tensor tensor, int axis, long count)
    {
        var padding = new long[2 * (tensor.dim() - axis)]; // the last axis comes first
        padding[^1] = count;
        return nn.functional.pad(tensor, padding);
    }

    private static Tensor First(Tensor output, long channels) => output.shape[1] == channels ? output : output.narrow(1, 0, channels);

    private static Tensor Cast(Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to_type(type);
}
