namespace Melody;

/// <summary>How far a generation has come.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Fraction">Share of the whole work that is done, 0 to 1.</param>
public readonly record struct GenerationProgress(string Stage, double Fraction);
