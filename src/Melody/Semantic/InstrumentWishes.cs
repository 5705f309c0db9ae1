namespace Melody.Semantic;

/// <summary>The instrument families that a prompt names, by their places in <see cref="FrameFacts.FamilyNames"/>.</summary>
/// <param name="Wanted">Families that it asks for.</param>
/// <param name="Unwanted">Families that it does without.</param>
/// <param name="Alone">Whether nothing but the wanted ones should play.</param>
internal sealed record InstrumentWishes(IReadOnlySet<int> Wanted, IReadOnlySet<int> Unwanted, bool Alone)
{
    /// <summary>Such as "piano alone, no drums", in the families' names.</summary>
    public string Describe()
    {
        var parts = Wanted.Order().Select(family => FrameFacts.FamilyNames[family]).ToList();
        if (Alone)
            parts[^1] += " alone";
        return string.Join(", ", parts.Concat(Unwanted.Order().Select(family => $"no {FrameFacts.FamilyNames[family]}")));
    }
}
