namespace Melody.Options;

/// <summary>
/// Describes a property of an options record: the range that the library and the command line check, and how the command line
/// names and explains it. Stands at the property of the record that uses the value; a record with views of other records' values
/// finds it there.
/// </summary>
/// <param name="what">What it is, in "The {what} is {value}; give {range}."</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute(string what) : Attribute
{
    /// <summary>What it is, in a sentence.</summary>
    public string What => what;

    /// <summary>The smallest value; numbers only.</summary>
    public double Least { get; set; } = double.NegativeInfinity;

    /// <summary>The largest value; numbers only.</summary>
    public double Most { get; set; } = double.PositiveInfinity;

    /// <summary>The range in words; from the smallest to the largest value when not given.</summary>
    public string? Range { get; set; }

    /// <summary>What follows the range, such as a unit.</summary>
    public string Unit { get; set; } = "";

    /// <summary>Its name on the command line, such as "--steps"; null where it is not offered there.</summary>
    public string? Name { get; set; }

    /// <summary>What the command line's help says; "{default}" stands for the default value.</summary>
    public string Help { get; set; } = "";

    /// <summary>What the help calls the value.</summary>
    public string Value { get; set; } = "n";
}
