namespace Melody.Diffusion;

/// <summary>How latents are sampled.</summary>
internal sealed record LatentSamplingOptions
{
    /// <summary>T, steps from noise to latents.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>How the steps share the quarter turn.</summary>
    public AngleSchedule Schedule { get; init; } = AngleSchedule.Linear;

    /// <summary>w of classifier-free guidance while latents are mostly noise (above 45 degrees); 1 is none.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary>u, how much harder the prompt is followed than the tokens there; 0 is no harder.</summary>
    public double PromptGuidance { get; init; }

    /// <summary>Whether frames that stay are shown to the network clean, as in the paper, and not as noisy as those that are being made.</summary>
    public bool CleanContext { get; init; }

    /// <exception cref="MelodyException">An option is out of its range.</exception>
    public void Validate()
    {
        _ = Schedule.Angles(Steps);
        if (!(Guidance is >= 0 and <= 100))
            throw new MelodyException(
                FormattableString.Invariant($"A guidance of {Guidance} is not possible; give a number from 0 to 100 (1 is none).")
            );
        if (!(PromptGuidance is >= 0 and <= 100))
            throw new MelodyException(
                FormattableString.Invariant(
                    $"A guidance by the prompt of {PromptGuidance} is not possible; give a number from 0 to 100 (0 is none)."
                )
            );
    }
}
