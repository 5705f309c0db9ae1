namespace Melody.Diffusion;

/// <summary>How latents are sampled.</summary>
internal sealed record LatentSamplingOptions
{
    /// <summary>T, steps from noise to latents.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>How the steps share the quarter turn.</summary>
    public AngleSchedule Schedule { get; init; } = AngleSchedule.Linear;

    /// <summary>w of classifier-free guidance; 1 is none.</summary>
    public double Guidance { get; init; } = 2.5;

    /// <exception cref="MelodyException">An option is out of its range.</exception>
    public void Validate()
    {
        _ = Schedule.Angles(Steps);
        if (!(Guidance is >= 0 and <= 100))
            throw new MelodyException($"A guidance of {Guidance} is not possible; give a number from 0 to 100 (1 is none).");
    }
}
