using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The latents that semantic tokens and prompt predict (our choice; the paper has cross-attention alone): for every frame a
/// linear forecast from the vectors of the tokens around it and of the prompt, put beside the noisy latents at the input. What
/// cross-attention would have to find first, which tokens sound now, is known from the beginning. Begins without effect, so
/// a denoiser that learned without it can go on from where it is.
/// </summary>
internal sealed class LatentForecast : Network
{
    private const double Gain = 10,
        FirstDeviation = 0.0001;

    private readonly DenoiserConfig _config;
    private readonly Convolution1d _forecast;
    private readonly Linear? _prompt;
    private readonly Linear _output;

    /// <exception cref="MelodyException">The sizes of the forecast are unusable.</exception>
    public LatentForecast(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(LatentForecast))
    {
        if (config.ForecastTokens % 2 == 0)
            throw new MelodyException($"The denoiser's forecastTokens has to be odd, or 0 for none, not {config.ForecastTokens}.");
        if (config.LatentRate % config.TokenRate != 0)
            throw new MelodyException(
                $"A denoiser with a forecast needs a whole number of latent frames a token, not {config.LatentRate}/{config.TokenRate}."
            );
        _config = config;
        FramesPerToken = config.FramesPerToken();
        _forecast = new Convolution1d(
            config.TokenWidth,
            FramesPerToken * config.LatentChannels,
            config.ForecastTokens,
            parameters,
            padding: config.ForecastTokens / 2
        );
        _output = new Linear(config.LatentChannels, config.HiddenWidth, bias: false, parameters, FirstDeviation);
        Add("forecast", _forecast);
        if (config.PromptWidth > 0)
            _prompt = Add("prompt", new Linear(config.PromptWidth, config.LatentChannels, bias: false, parameters, FirstDeviation));
        Add("output", _output);
    }

    /// <summary>Latent frames in a token.</summary>
    public int FramesPerToken { get; }

    /// <summary>Weights of the tokens, [frames a token * D, token width, tokens], and a bias.</summary>
    public Convolution1d OfTokens => _forecast;

    /// <summary>Weights of the prompt, [D, prompt width]; null for a denoiser that hears none.</summary>
    public Linear? OfPrompt => _prompt;

    /// <summary>The latents that are predicted.</summary>
    /// <param name="vectors">Of the tokens, [batch, T, token width].</param>
    /// <param name="prompts">[batch, prompt width], or of each frame [batch, T * frames a token, prompt width]; null for none.</param>
    /// <returns>[batch, T * frames a token, D].</returns>
    public Tensor Predict(Tensor vectors, Tensor? prompts)
    {
        var predicted = _forecast
            .forward(vectors.transpose(1, 2))
            .transpose(1, 2)
            .reshape(vectors.shape[0], vectors.shape[1] * FramesPerToken, _config.LatentChannels);
        if (_prompt is null || prompts is null)
            return predicted;
        var prompted = _prompt.forward(prompts);
        return predicted + (prompts.dim() == 2 ? prompted.unsqueeze(1) : prompted);
    }

    /// <summary>What the input of each frame gains by predicted latents, [batch, T * frames a token, D_hid].</summary>
    public Tensor forward(Tensor predicted) => _output.forward(predicted) * Gain;
}
