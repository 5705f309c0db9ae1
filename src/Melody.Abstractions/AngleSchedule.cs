namespace Melody;

/// <summary>How the way from pure noise (angle pi/2) to clean latents (angle 0) is cut into steps.</summary>
public enum AngleSchedule
{
    /// <summary>MeLoDy, eq. 4: step t = pi/(6T) + 2 pi t / (3T(T+1)). Sampling runs t = T .. 1, so the first step is the largest.</summary>
    Linear,

    /// <summary>T equal steps of pi/(2T) (the baseline of the paper's table 4).</summary>
    Uniform,
}
