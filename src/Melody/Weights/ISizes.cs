namespace Melody.Weights;

/// <summary>A configuration with rules between its numbers.</summary>
internal interface ISizes
{
    /// <summary>
    /// Each rule in words, and whether it holds; asked only where every number lies in its <see cref="SizeAttribute"/>'s range.
    /// </summary>
    IEnumerable<(bool Holds, string Rule)> Rules();
}
