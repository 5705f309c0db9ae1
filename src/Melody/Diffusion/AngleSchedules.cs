namespace Melody.Diffusion;

/// <summary>The angles of each schedule, in rad.</summary>
internal static class AngleSchedules
{
    /// <summary>The most steps that a schedule may have.</summary>
    public const int MaximumSteps = 1000;

    /// <summary>
    /// The angles that sampling visits: [steps + 1], from exactly pi/2 down to exactly 0. Each is the closed form of the
    /// sum of the remaining steps, so that no rounding error gathers on the way.
    /// </summary>
    /// <exception cref="MelodyException">The number of steps is not in 1..1000.</exception>
    public static double[] Angles(this AngleSchedule schedule, int steps)
    {
        if (steps is < 1 or > MaximumSteps)
            throw new MelodyException($"{steps} diffusion steps are not possible; give a number from 1 to {MaximumSteps}.");
        var angles = new double[steps + 1];
        angles[0] = Math.PI / 2;
        for (int i = 1; i < steps; i++)
            angles[i] = Remaining(schedule, steps - i, steps);
        return angles;
    }

    /// <summary>The angle that steps t .. 1 cover together.</summary>
    private static double Remaining(AngleSchedule schedule, double t, double steps) =>
        schedule switch
        {
            AngleSchedule.Linear => Math.PI * t / (6 * steps) + Math.PI * t * (t + 1) / (3 * steps * (steps + 1)),
            AngleSchedule.Uniform => Math.PI * t / (2 * steps),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule)),
        };
}
