using Melody.Weights;

namespace Melody.Diffusion;

/// <summary>How a denoiser is sampled where nobody says otherwise: it knows best what it was trained for.</summary>
internal sealed record SamplingDefaults
{
    /// <summary>Steps from noise to latents.</summary>
    [Size(1, AngleSchedules.MaximumSteps)]
    public int Steps { get; init; } = 10;

    /// <summary>w of classifier-free guidance; 1 is none.</summary>
    [Size(0, 20)]
    public double Guidance { get; init; } = 1.5;

    /// <summary>How much harder the prompt is followed than the tokens; 0 adds nothing.</summary>
    [Size(0, 20)]
    public double PromptGuidance { get; init; } = 2;

    /// <summary>Whether frames that stay are shown clean, and not as noisy as those that are being made.</summary>
    public bool CleanContext { get; init; }
}
