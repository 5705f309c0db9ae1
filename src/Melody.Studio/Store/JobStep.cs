namespace Melody.Studio.Store;

/// <summary>How far a running job is.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Fraction">Share of the whole job, 0 to 1.</param>
/// <param name="SecondsLeft">How long it will still take; null while nobody can tell.</param>
internal sealed record JobStep(string Stage, double Fraction, double? SecondsLeft);
