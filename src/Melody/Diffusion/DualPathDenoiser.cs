using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The dual-path diffusion network (MeLoDy, section 4): predicts the velocity of noisy latents from an angle for every
/// frame, from semantic tokens and, where it hears them, from prompts. Any number of frames goes; the tokens should cover
/// the same seconds.
/// </summary>
internal sealed class DualPathDenoiser : Network
{
    private readonly AngleEncoding _angleEncoding;
    private readonly SemanticEncoding _semanticEncoding;
    private readonly PromptEncoding? _promptEncoding;
    private readonly LatentForecast? _forecast;
    private readonly Linear _input,
        _output;
    private readonly RmsNorm _inputNorm,
        _outputNorm;
    private readonly DualPathBlock[] _blocks;

    public DualPathDenoiser(DenoiserConfig config, ParameterFactory parameters)
        : base(nameof(DualPathDenoiser))
    {
        Config = config;
        _angleEncoding = Add("angle_encoding", new AngleEncoding(config, parameters));
        _semanticEncoding = Add("semantic_encoding", new SemanticEncoding(config, parameters));
        if (config.PromptWidth > 0)
            _promptEncoding = Add("prompt_encoding", new PromptEncoding(config, parameters));
        if (config.StylePrompts)
            Style = Add("style", new StyleMeasure(config, parameters));
        if (config.ForecastTokens > 0)
            _forecast = Add("latent_forecast", new LatentForecast(config, parameters));
        _input = Add("input", new Linear(config.LatentChannels, config.HiddenWidth, bias: true, parameters));
        _inputNorm = Add("input_norm", new RmsNorm(config.HiddenWidth, parameters));
        _blocks = [.. Enumerable.Range(0, config.Blocks).Select(i => new DualPathBlock(config, i, parameters))];
        for (int i = 0; i < _blocks.Length; i++)
            Add($"block_{i}", _blocks[i]);
        _outputNorm = Add("output_norm", new RmsNorm(config.HiddenWidth, parameters));
        _output = Add("output", new Linear(config.HiddenWidth, config.LatentChannels, bias: false, parameters, standardDeviation: 0.001));
    }

    /// <summary>The sizes.</summary>
    public DenoiserConfig Config { get; }

    /// <summary>v(z_noisy; c).</summary>
    /// <param name="latents">z_noisy, [batch, L, D].</param>
    /// <param name="angles">[batch, L] rad, 0 for a clean frame, pi/2 for pure noise.</param>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T] of a single codebook.</param>
    /// <param name="prompts">
    /// Vectors of the joint embedding, [batch, prompt width], or what is recalled of a style, [batch, L, prompt width]; zero for an example
    /// without a prompt; null when none has one.
    /// </param>
    /// <param name="conditioned">[batch], false or 0 for examples that lose their condition; null when none does.</param>
    /// <returns>Velocity, float32 [batch, L, D].</returns>
    public Tensor forward(Tensor latents, Tensor angles, Tensor tokens, Tensor? prompts, Tensor? conditioned)
    {
        var condition = Encode(tokens, prompts);
        var embedded = _angleEncoding.forward(angles);
        var flags = conditioned is null ? null : ReadFlags(conditioned);
        if (flags is null || flags.All(f => f))
            return Denoise(Embed(latents, embedded), (angles, embedded), condition, latents.shape[0]);

        // examples with a condition go first, so that each branch is one piece of the batch
        var order = Enumerable.Range(0, flags.Length).OrderBy(i => !flags[i]).Select(i => (long)i).ToArray();
        var back = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
            back[order[i]] = i;
        var (forth, home) = (tensor(order, device: latents.device), tensor(back, device: latents.device));
        embedded = embedded.index_select(0, forth);
        var ordered = (angles.index_select(0, forth), embedded);
        return Denoise(Embed(latents.index_select(0, forth), embedded), ordered, condition.Select(forth), flags.Count(f => f))
            .index_select(0, home);
    }

    /// <summary>The vectors of the semantic tokens, [tokens of all codebooks, token width].</summary>
    public Tensor TokenTable => _semanticEncoding.Table;

    /// <summary>The vectors of frames of semantic tokens, [batch, T, token width].</summary>
    public Tensor TokenVectors(Tensor tokens) => _semanticEncoding.Vectors(tokens);

    /// <summary>What predicts latents from the vectors of tokens; null where the sizes have none.</summary>
    public LatentForecast? Forecast => _forecast;

    /// <summary>What measures the prompts of a denoiser that hears styles; null for one that does not.</summary>
    public StyleMeasure? Style { get; }

    /// <summary>All that depends on tokens and prompts alone.</summary>
    /// <param name="tokens">Int64 [batch, T, codebooks], or [batch, T] of a single codebook.</param>
    /// <param name="prompts">As for <see cref="forward"/>; a denoiser that hears none leaves them aside.</param>
    public SemanticCondition Encode(Tensor tokens, Tensor? prompts = null)
    {
        var encoded = _semanticEncoding.forward(tokens);
        var mean = encoded.mean([1], keepdim: true);
        var prompt = prompts is null ? null : _promptEncoding?.forward(prompts);
        if (prompt is not null)
            encoded = encoded + prompt;
        var times = SegmentPositions.Tokens(Config, tokens.shape[1], tokens.device);
        var predicted = _forecast?.Predict(_semanticEncoding.Vectors(tokens), prompts);
        return new SemanticCondition(
            mean,
            prompt,
            predicted is null ? null : _forecast!.forward(predicted),
            Config.ForecastInOutput ? predicted : null,
            [.. _blocks.SelectMany(b => b.Coarse).Select(layer => layer.TokenKeysAndValues(encoded, times))]
        );
    }

    /// <summary>
    /// Classifier-free guidance (Ho and Salimans, 2022): w v(c) + (1 - w) v(null), both branches in one batch. With
    /// w = 1 only the conditional branch runs, with w = 0 only the null branch. A prompt can be followed harder than the tokens
    /// beside it: u (v(tokens, prompt) - v(tokens)) is added, as InstructPix2Pix guides by two conditions (Brooks et al., 2023).
    /// </summary>
    /// <param name="latents">[batch, L, D].</param>
    /// <param name="angles">[batch, L] rad.</param>
    /// <param name="condition">From <see cref="Encode"/>.</param>
    /// <param name="guidance">w.</param>
    /// <param name="unprompted">The tokens without the prompt; null for u = 0.</param>
    /// <param name="promptGuidance">u.</param>
    public Tensor Guided(
        Tensor latents,
        Tensor angles,
        SemanticCondition condition,
        double guidance,
        SemanticCondition? unprompted = null,
        double promptGuidance = 0
    )
    {
        long batch = latents.shape[0];
        var embedded = _angleEncoding.forward(angles);
        var input = Embed(latents, embedded);
        if (unprompted is null && guidance is 0 or 1)
            return Denoise(input, (angles, embedded), condition, guidance == 0 ? 0 : batch);
        var branches = unprompted is null ? condition : condition.Before(unprompted);
        long copies = unprompted is null ? 2 : 3;
        branches = branches with
        {
            Mean = cat([branches.Mean, condition.Mean], 0),
            Prompt = branches.Prompt is { } prompt ? nn.functional.pad(prompt, [0, 0, 0, 0, 0, batch]) : null,
        };
        var repeated = (angles.repeat(copies, 1), embedded.repeat(copies, 1, 1));
        var velocities = Denoise(input.repeat(copies, 1, 1), repeated, branches, batch * (copies - 1)).chunk(copies, 0);
        var guided = velocities[0] * (guidance + promptGuidance) + velocities[^1] * (1 - guidance);
        return unprompted is null ? guided : guided - velocities[1] * promptGuidance;
    }

    /// <summary>z W_in + E_delta, to which the branch with a condition adds its forecast before X = RMSNorm(.).</summary>
    private Tensor Embed(Tensor latents, Tensor embeddedAngles) => _input.forward(latents) + embeddedAngles;

    /// <param name="input">From <see cref="Embed"/>, [batch, L, D_hid].</param>
    /// <param name="angles">delta, [batch, L] rad, and E_delta, [batch, L, D_hid].</param>
    /// <param name="condition">Of all examples; keys, values and forecasts of the first ones are enough.</param>
    /// <param name="conditioned">How many of the first examples have their condition.</param>
    private Tensor Denoise(Tensor input, (Tensor Radians, Tensor Embedded) angles, SemanticCondition condition, long conditioned)
    {
        long frames = input.shape[1];
        var positions = new SegmentPositions(Config, frames, input.device);
        var modulation = Modulation(angles.Embedded, condition, conditioned);
        if (condition.Forecast is { } forecast && conditioned > 0)
            input = input + Spread(forecast.narrow(0, 0, conditioned), input.shape[0], frames);
        var hidden = Segmentation.Split(_inputNorm.forward(input), Config.SegmentLength);
        var tokens = new (Tensor, Tensor)?[Config.CoarseLayers];
        for (int i = 0; i < _blocks.Length; i++)
        {
            for (int j = 0; j < tokens.Length; j++)
            {
                var (keys, values) = condition.Layers[i * tokens.Length + j];
                tokens[j] =
                    conditioned == 0 ? null
                    : keys.shape[0] == conditioned ? (keys, values)
                    : (keys.narrow(0, 0, conditioned), values.narrow(0, 0, conditioned));
            }
            hidden = _blocks[i].Forward(hidden, tokens, modulation, positions);
        }
        // so few outputs are worth full precision
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var velocity = _output.forward(_outputNorm.forward(Segmentation.OverlapAdd(hidden, frames)));
        if (condition.Predicted is not { } predicted || conditioned == 0)
            return velocity;
        // what the predicted latents are of v = cos(delta) noise - sin(delta) z
        return velocity - Spread(predicted.narrow(0, 0, conditioned), input.shape[0], frames) * angles.Radians.sin().unsqueeze(-1);
    }

    /// <summary>
    /// m_s = E_delta[floor(s L / S)] + mean of E_ST over time + the prompt, [batch, S, D_hid]. The null branch always loses the prompt.
    /// </summary>
    private Tensor Modulation(Tensor embeddedAngles, SemanticCondition condition, long conditioned)
    {
        long frames = embeddedAngles.shape[1],
            segments = Segmentation.Count(frames, Config.SegmentLength);
        var frameOfSegment = tensor(
            Enumerable.Range(0, (int)segments).Select(s => s * frames / segments).ToArray(),
            device: embeddedAngles.device
        );
        var modulation =
            embeddedAngles.index_select(1, frameOfSegment)
            + (Config.CfgDropFilm ? Conditioned(condition.Mean, conditioned) : condition.Mean);
        return condition.Prompt is { } prompt ? modulation + Conditioned(prompt, conditioned) : modulation;
    }

    // [conditioned, frames, D_hid] -> [batch, L, D_hid], zero where there is nothing
    private static Tensor Spread(Tensor forecast, long batch, long frames) =>
        nn.functional.pad(
            forecast.narrow(1, 0, Math.Min(frames, forecast.shape[1])),
            [0, 0, 0, Math.Max(0, frames - forecast.shape[1]), 0, batch - forecast.shape[0]]
        );

    // zero from the first example on that has lost its condition
    private static Tensor Conditioned(Tensor values, long conditioned)
    {
        long lost = values.shape[0] - conditioned;
        return lost == 0 ? values : cat([values.narrow(0, 0, conditioned), zeros_like(values.narrow(0, conditioned, lost))], 0);
    }

    private static bool[] ReadFlags(Tensor conditioned)
    {
        using var flags = conditioned.to_type(ScalarType.Bool).cpu();
        return flags.data<bool>().ToArray();
    }
}
