using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// One member of the multi-period discriminator (Kong et al., "HiFi-GAN", 2020): the audio is folded into rows of one
/// period, and convolutions of five by one look along each phase. The paper's periods are 2, 3, 5, 7 and 11.
/// </summary>
internal sealed class PeriodDiscriminator : Discriminator
{
    private readonly long _period;
    private readonly ModuleList<Convolution2d> _layers;
    private readonly Convolution2d _score;

    /// <param name="period">Samples a row.</param>
    /// <param name="channels">Outputs of the five layers; 32, 128, 512, 1024, 1024 in the paper.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public PeriodDiscriminator(long period, IReadOnlyList<long> channels, ParameterFactory parameters)
        : base(nameof(PeriodDiscriminator))
    {
        _period = period;
        _layers = nn.ModuleList(
            Enumerable
                .Range(0, channels.Count)
                .Select(i => new Convolution2d(
                    i == 0 ? 1 : channels[i - 1],
                    channels[i],
                    (5, 1),
                    (i < channels.Count - 1 ? 3 : 1, 1),
                    (2, 0),
                    parameters
                ))
                .ToArray()
        );
        Add("layers", _layers);
        _score = new(channels[^1], 1, (3, 1), (1, 1), (1, 0), parameters);
        Add("score", _score);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        long rest = (_period - input.shape[1] % _period) % _period;
        var x = nn.functional.pad(input.unsqueeze(1), [0, rest], mode: TorchSharp.PaddingModes.Reflect);
        x = x.view(x.shape[0], 1, x.shape[2] / _period, _period);
        return Features(x, _layers, _score);
    }
}
