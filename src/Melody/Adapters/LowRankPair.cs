namespace Melody.Adapters;

/// <summary>The two factors of a change of one weight: B [outputs, rank] times A [rank, inputs].</summary>
/// <param name="Part">The part of the model, for example "semantic-lm".</param>
/// <param name="Weight">The name of the weight in the part.</param>
/// <param name="Outputs">Rows of the weight.</param>
/// <param name="Rank">Of the change.</param>
/// <param name="Inputs">Columns of the weight.</param>
internal sealed record LowRankPair(string Part, string Weight, long Outputs, long Rank, long Inputs)
{
    /// <summary>What the names of first factors end with.</summary>
    public const string FirstEnding = ".lora_A";

    /// <summary>What the names of second factors end with.</summary>
    public const string SecondEnding = ".lora_B";

    /// <summary>The name of A in a file.</summary>
    public string First => Name(Part, Weight, FirstEnding);

    /// <summary>The name of B in a file.</summary>
    public string Second => Name(Part, Weight, SecondEnding);

    /// <summary>The name of a factor in a file.</summary>
    public static string Name(string part, string weight, string ending) => $"{part}.{weight}{ending}";
}
