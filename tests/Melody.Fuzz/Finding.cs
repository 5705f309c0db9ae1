namespace Melody.Fuzz;

/// <summary>An input that a reader did not end with a value or one sentence within its limits.</summary>
/// <param name="Kind">What happened: the same for inputs that fail alike.</param>
/// <param name="Number">Which input of the run it is.</param>
/// <param name="Input">Its bytes.</param>
/// <param name="Details">Where it happened.</param>
public sealed record Finding(string Kind, long Number, byte[] Input, string Details);
