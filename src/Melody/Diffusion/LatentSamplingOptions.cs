using Melody.Options;

namespace Melody.Diffusion;

/// <summary>How latents are sampled.</summary>
internal sealed record LatentSamplingOptions
{
    /// <summary>T, steps from noise to latents.</summary>
    [Option(
        "number of steps",
        Least = 1,
        Most = AngleSchedules.MaximumSteps,
        Name = "--steps",
        Help = "Diffusion steps; the model's own by default (10, unless it names another); fewer are faster."
    )]
    public int Steps { get; init; } = 20;

    /// <summary>How the steps share the quarter turn.</summary>
    [Option(
        "schedule",
        Range = "one of the angle schedules",
        Name = "--schedule",
        Help = "How the diffusion steps shrink: linear (the default) or uniform."
    )]
    public AngleSchedule Schedule { get; init; } = AngleSchedule.Linear;

    /// <summary>w of classifier-free guidance while latents are mostly noise (above 45 degrees); 1 is none.</summary>
    [Option(
        "guidance",
        Least = 0,
        Most = 20,
        Unit = " (1 is none)",
        Name = "--guidance",
        Help = "How closely the sound follows the semantic tokens; the model's own by default (1.5), 1 is none."
    )]
    public double Guidance { get; init; } = 1;

    /// <summary>u, how much harder the prompt is followed than the tokens there; 0 adds nothing.</summary>
    [Option(
        "guidance by the prompt",
        Least = 0,
        Most = 20,
        Unit = " (0 is none)",
        Name = "--prompt-guidance",
        Help = "How much harder the sound follows the prompt than the tokens; the model's own by default (2), 0 adds nothing."
    )]
    public double PromptGuidance { get; init; }

    /// <summary>
    /// Whether frames that stay are shown to the network clean, as in the paper, and not as noisy as those that are being made.
    /// </summary>
    [Option(
        "clean context",
        Name = "--clean-context",
        Help = "Condition on the clean existing latents when continuing, as in the paper; long music then settles into held " + "sounds."
    )]
    public bool CleanContext { get; init; }

    /// <exception cref="MelodyException">An option is out of its range.</exception>
    public void Validate() => OptionProperty.Check(this);
}
