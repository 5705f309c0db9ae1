using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// The paper's encoder (appendix, audio VAE-GAN): a HiFi-GAN generator mirrored. Strided convolutions, each followed by
/// a <see cref="ResidualStack"/>, and a last convolution to mean and log-variance.
/// </summary>
/// <remarks>
/// With HiFi-GAN's standard blocks (two convolutions a dilation) and the published rates, kernels and channels this has
/// 11.4 million parameters, where the paper counts 40 million: 96 % of them lie in the blocks, 126 c² for a stage of c
/// channels, so no choice of the unpublished first and last layers closes the gap, and the authors' blocks must be
/// larger than "as in HiFi-GAN" says. The published sizes are kept.
/// A strided convolution pads ceil((kernel - rate) / 2), so a length that the rate divides is divided exactly.
/// </remarks>
internal sealed class HifiGanEncoder : AudioEncoder
{
    private const int OuterKernel = 7;

    private readonly Convolution1d _input,
        _output;
    private readonly ModuleList<Convolution1d> _down;
    private readonly ModuleList<ResidualStack> _stacks;

    public HifiGanEncoder(HifiGanConfig sizes, int latentChannels, ParameterFactory parameters)
        : base(nameof(HifiGanEncoder))
    {
        int channels = Math.Max(1, sizes.DownChannels[0] / 2);
        _input = new(1, channels, OuterKernel, parameters, padding: OuterKernel / 2, weightNorm: true);
        var down = new List<Convolution1d>();
        var stacks = new List<ResidualStack>();
        foreach (var (rate, kernel, outputs) in sizes.DownRates.Zip(sizes.DownKernels, sizes.DownChannels))
        {
            down.Add(new(channels, outputs, kernel, parameters, stride: rate, padding: (kernel - rate + 1) / 2, weightNorm: true));
            stacks.Add(new(outputs, sizes, paired: true, parameters));
            channels = outputs;
        }
        _output = new(channels, 2 * latentChannels, OuterKernel, parameters, padding: OuterKernel / 2, weightNorm: true);
        (_down, _stacks) = (nn.ModuleList(down.ToArray()), nn.ModuleList(stacks.ToArray()));
        Add("input", _input);
        Add("down", _down);
        Add("stacks", _stacks);
        Add("output", _output);
        ContextFrames = Reach(sizes);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _input.forward(input.unsqueeze(1));
        for (int i = 0; i < _down.Count; i++)
            x = _stacks[i].forward(_down[i].forward(ResidualBlock.Rectify(x)));
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        return _output.forward(ResidualBlock.Rectify(x)).transpose(1, 2);
    }

    // from the latents back to the audio: what a frame sees, in steps of each stage
    private static int Reach(HifiGanConfig sizes)
    {
        int reach = OuterKernel / 2;
        for (int i = sizes.DownRates.Count - 1; i >= 0; i--)
            reach = (reach + ResidualStack.Reach(sizes, paired: true)) * sizes.DownRates[i] + sizes.DownKernels[i] - 1;
        reach += OuterKernel / 2;
        int hop = sizes.DownRates.Aggregate((a, b) => a * b);
        return (reach + hop - 1) / hop;
    }
}
