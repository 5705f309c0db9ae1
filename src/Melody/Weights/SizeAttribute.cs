namespace Melody.Weights;

/// <summary>
/// The range of a number in a configuration, or of every number in a list of them: what <see cref="SizeCheck"/> holds it to before
/// anything is made of it. Wide enough for any network that one would train, and narrow enough that no configuration asks
/// for more than a machine has.
/// </summary>
/// <param name="least">The smallest value.</param>
/// <param name="most">The largest value.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SizeAttribute(double least, double most) : Attribute
{
    /// <summary>The smallest value.</summary>
    public double Least => least;

    /// <summary>The largest value.</summary>
    public double Most => most;

    /// <summary>Whether a list of numbers may have none.</summary>
    public bool MayBeEmpty { get; set; }
}
