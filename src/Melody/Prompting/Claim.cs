namespace Melody.Prompting;

/// <summary>Tokens that state a value.</summary>
/// <param name="First">The first token.</param>
/// <param name="End">The place after the last.</param>
/// <param name="Value">What they state; null where they have the form of a statement that cannot be followed.</param>
/// <param name="Open">Whether they say that the value changes, or only within which limits it lies.</param>
internal readonly record struct Claim<T>(int First, int End, T? Value, bool Open = false)
    where T : struct;

/// <summary>What several statements come to.</summary>
internal static class Claims
{
    /// <summary>The one value that is stated; null for none, and for several that contradict each other.</summary>
    public static T? Single<T>(this IReadOnlyList<Claim<T>> claims)
        where T : struct
    {
        if (claims.Any(claim => claim.Open))
            return null;
        var values = claims.Select(claim => claim.Value).OfType<T>().Distinct().Take(2).ToList();
        return values.Count == 1 ? values[0] : null;
    }
}
