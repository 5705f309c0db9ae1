namespace Melody;

/// <summary>The part of the options that each network's sampler takes.</summary>
internal static class SamplingChoices
{
    /// <summary>For the latent sampler.</summary>
    public static Diffusion.SamplingOptions Diffusion(this GenerationOptions options) =>
        new() { Steps = options.Steps, Schedule = options.Schedule, Guidance = options.Guidance };

    /// <summary>For the semantic language model.</summary>
    public static Semantic.SamplingOptions Semantic(this GenerationOptions options) =>
        new() { Temperature = options.Temperature, TopK = options.TopK, TopP = options.TopP };
}
