using Melody.Diffusion;
using Melody.LanguageModel;

namespace Melody;

/// <summary>The part of the options that each network's sampler takes.</summary>
internal static class SamplingChoices
{
    /// <summary>For the latent sampler.</summary>
    public static LatentSamplingOptions Diffusion(this GenerationOptions options) =>
        new()
        {
            Steps = options.Steps,
            Schedule = options.Schedule,
            Guidance = options.Guidance,
            PromptGuidance = options.PromptGuidance,
            CleanContext = options.CleanContext,
        };

    /// <summary>For what moves on window by window.</summary>
    /// <exception cref="MelodyException">The denoiser cannot move on by the hop.</exception>
    public static TimeGrid Grid(this GenerationOptions options, DenoiserConfig denoiser)
    {
        var grid = TimeGrid.Of(denoiser);
        return options.HopSeconds is { } hop ? grid.WithHop(hop) : grid with { HopChunks = Math.Max(1, grid.Chunks / 2) };
    }

    /// <summary>For the semantic language model.</summary>
    public static TokenSamplingOptions Semantic(this GenerationOptions options) =>
        new()
        {
            Temperature = options.Temperature,
            TopK = options.TopK,
            TopP = options.TopP,
            Guidance = options.SemanticGuidance,
            Steering = options.Steering,
        };
}
