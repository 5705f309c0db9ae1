using Melody.Diffusion;
using Melody.Semantic;

namespace Melody;

/// <summary>The part of the options that each network's sampler takes.</summary>
internal static class SamplingChoices
{
    /// <summary>For the latent sampler.</summary>
    public static LatentSamplingOptions Diffusion(this GenerationOptions options) =>
        new() { Steps = options.Steps, Schedule = options.Schedule, Guidance = options.Guidance, PromptGuidance = options.PromptGuidance };

    /// <summary>For the semantic language model.</summary>
    public static TokenSamplingOptions Semantic(this GenerationOptions options) =>
        new() { Temperature = options.Temperature, TopK = options.TopK, TopP = options.TopP, Guidance = options.SemanticGuidance, Steering = options.Steering };
}
