using Melody.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// Multi-receptive-field fusion of HiFi-GAN (Kong et al., 2020, section 2.3): residual blocks of several kernels side by
/// side, their outputs averaged. [batch, channels, length] -> the same shape.
/// </summary>
internal sealed class ResidualStack : Network<Tensor, Tensor>
{
    private readonly ModuleList<ResidualBlock> _blocks;

    public ResidualStack(int channels, HifiGanConfig sizes, bool paired, ParameterFactory parameters)
        : base(nameof(ResidualStack))
    {
        _blocks = nn.ModuleList(
            sizes.BlockKernels.Select(k => new ResidualBlock(channels, k, sizes.BlockDilations, paired, parameters)).ToArray()
        );
        Add("blocks", _blocks);
    }

    /// <summary>How far an output sample sees to either side.</summary>
    public static int Reach(HifiGanConfig sizes, bool paired) =>
        sizes.BlockKernels.Max() / 2 * sizes.BlockDilations.Sum(d => paired ? d + 1 : d);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var sum = _blocks[0].forward(input);
        for (int i = 1; i < _blocks.Count; i++)
            sum = sum + _blocks[i].forward(input);
        return sum / _blocks.Count;
    }
}

/// <summary>
/// Residual block of HiFi-GAN: for each dilation x + conv(LeakyReLU(x)), or, <c>paired</c>, with a second undilated
/// convolution after the first. Weight-normalised. [batch, channels, length] -> the same shape.
/// </summary>
internal sealed class ResidualBlock : Network<Tensor, Tensor>
{
    /// <summary>Slope of every leaky rectifier below zero.</summary>
    public const double NegativeSlope = 0.1;

    private readonly ModuleList<Convolution1d> _dilated;
    private readonly ModuleList<Convolution1d>? _plain;

    public ResidualBlock(int channels, int kernel, IReadOnlyList<int> dilations, bool paired, ParameterFactory parameters)
        : base(nameof(ResidualBlock))
    {
        Convolution1d Convolution(int dilation) =>
            new(channels, channels, kernel, parameters, padding: kernel / 2 * dilation, dilation: dilation, weightNorm: true);
        _dilated = nn.ModuleList(dilations.Select(Convolution).ToArray());
        Add("dilated", _dilated);
        if (!paired)
            return;
        _plain = nn.ModuleList(dilations.Select(_ => Convolution(1)).ToArray());
        Add("plain", _plain);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        for (int i = 0; i < _dilated.Count; i++)
        {
            var update = _dilated[i].forward(Rectify(input));
            if (_plain is not null)
                update = _plain[i].forward(Rectify(update));
            input = input + update;
        }
        return input;
    }

    /// <summary>LeakyReLU with <see cref="NegativeSlope"/>.</summary>
    public static Tensor Rectify(Tensor input) => nn.functional.leaky_relu(input, NegativeSlope);
}
