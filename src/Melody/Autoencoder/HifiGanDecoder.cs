using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Autoencoder;

/// <summary>
/// The paper's decoder (appendix, audio VAE-GAN): a HiFi-GAN generator (Kong et al., 2020). Transposed convolutions,
/// each followed by a <see cref="ResidualStack"/>, a last convolution and tanh.
/// </summary>
/// <remarks>
/// The paper counts 60.1 million parameters. With its rates, kernels and channels and one convolution a dilation this
/// has 57.9 million; HiFi-GAN's standard two would make 107 million.
/// A transposed convolution pads p = ceil((kernel - rate) / 2) and adds 2p - (kernel - rate) on the right, so it
/// multiplies every length by its rate exactly.
/// </remarks>
internal sealed class HifiGanDecoder : AudioDecoder
{
    private const int OuterKernel = 7;

    private readonly Convolution1d _input,
        _output;
    private readonly ModuleList<TransposedConvolution1d> _up;
    private readonly ModuleList<ResidualStack> _stacks;

    public HifiGanDecoder(HifiGanConfig sizes, int latentChannels, ParameterFactory parameters)
        : base(nameof(HifiGanDecoder))
    {
        int channels = sizes.UpChannels[0];
        _input = new(latentChannels, channels, OuterKernel, parameters, padding: OuterKernel / 2, weightNorm: true);
        var up = new List<TransposedConvolution1d>();
        var stacks = new List<ResidualStack>();
        foreach (var (rate, kernel, outputs) in sizes.UpRates.Zip(sizes.UpKernels, sizes.UpChannels))
        {
            int padding = (kernel - rate + 1) / 2;
            up.Add(
                new(
                    channels,
                    outputs,
                    kernel,
                    parameters,
                    stride: rate,
                    padding,
                    outputPadding: 2 * padding - (kernel - rate),
                    weightNorm: true
                )
            );
            stacks.Add(new(outputs, sizes, paired: false, parameters));
            channels = outputs;
        }
        _output = new(channels, 1, OuterKernel, parameters, padding: OuterKernel / 2, weightNorm: true);
        (_up, _stacks) = (nn.ModuleList(up.ToArray()), nn.ModuleList(stacks.ToArray()));
        Add("input", _input);
        Add("up", _up);
        Add("stacks", _stacks);
        Add("output", _output);
        ContextFrames = Reach(sizes);
    }

    /// <inheritdoc/>
    public override int ContextFrames { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _input.forward(input.transpose(1, 2));
        for (int i = 0; i < _up.Count; i++)
            x = _stacks[i].forward(_up[i].forward(ResidualBlock.Rectify(x)));
        using var _ = ComputePrecision.Use(ScalarType.Float32);
        return _output.forward(ResidualBlock.Rectify(x)).squeeze(1).tanh();
    }

    // from the audio back to the latents: what a sample sees, in steps of each stage
    private static int Reach(HifiGanConfig sizes)
    {
        int reach = OuterKernel / 2;
        for (int i = sizes.UpRates.Count - 1; i >= 0; i--)
        {
            int rate = sizes.UpRates[i];
            reach = (reach + ResidualStack.Reach(sizes, paired: false) + sizes.UpKernels[i] - 1 + rate - 1) / rate;
        }
        return reach + OuterKernel / 2;
    }
}
