using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// E_delta (MeLoDy, section 4.1): a learnable spherical interpolation cos(delta) e_start + sin(delta) e_end and a
/// perceptron. e_start stands for clean latents (angle 0), e_end for noise (angle pi/2). [batch, L] rad -> [batch, L, D_hid].
/// </summary>
internal sealed class AngleEncoding : Network<Tensor, Tensor>
{
    private readonly Parameter _start,
        _end;
    private readonly FeatureMlp _mlp;

    public AngleEncoding(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(AngleEncoding))
    {
        _start = parameters.Normal(1, config.AngleWidth);
        _end = parameters.Normal(1, config.AngleWidth);
        _mlp = new FeatureMlp(config.AngleWidth, config.HiddenWidth, parameters);
        Add("start", _start);
        Add("end", _end);
        Add("mlp", _mlp);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor angles) => _mlp.forward(Interpolate(angles));

    /// <summary>[batch, L] rad -> [batch, L, angle width], between e_start and e_end.</summary>
    public Tensor Interpolate(Tensor angles) => angles.cos().unsqueeze(-1) * _start + angles.sin().unsqueeze(-1) * _end;
}
