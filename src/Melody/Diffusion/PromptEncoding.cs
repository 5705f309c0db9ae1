using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// What the denoiser hears of the prompt beside the semantic tokens (our choice; the paper has tokens only): the vector of
/// the joint embedding, through a perceptron without biases, so that a zero vector stands for no prompt and adds nothing.
/// It begins at nearly nothing, so a denoiser that learned without prompts can go on from where it is; a fixed gain makes it
/// grow faster under an optimiser whose steps have one size for all weights. [batch, prompt width] -> [batch, 1, D_hid]; of prompts for
/// every frame, [batch, L, prompt width], the mean.
/// </summary>
internal sealed class PromptEncoding : Network<Tensor, Tensor>
{
    private const double Gain = 10,
        FirstDeviation = 0.0001;

    private readonly Linear _inner,
        _outer;
    private readonly double _scale;

    public PromptEncoding(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(PromptEncoding))
    {
        _scale = Math.Sqrt(config.PromptWidth); // unit vectors get entries of about one
        _inner = new Linear(config.PromptWidth, config.HiddenWidth, bias: false, parameters);
        _outer = new Linear(config.HiddenWidth, config.HiddenWidth, bias: false, parameters, FirstDeviation);
        Add("inner", _inner);
        Add("outer", _outer);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor prompts)
    {
        var mean = prompts.dim() == 3 ? prompts.mean([1L]) : prompts;
        return (_outer.forward(nn.functional.gelu(_inner.forward(mean * _scale))) * Gain).unsqueeze(1);
    }
}
