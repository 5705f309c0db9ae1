namespace Melody.Studio.Jobs;

/// <summary>What a job may ask for.</summary>
/// <param name="Seconds">The longest music.</param>
internal sealed record JobLimits(double Seconds);
