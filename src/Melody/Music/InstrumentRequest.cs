namespace Melody.Music;

/// <summary>The instrument families that a prompt names.</summary>
/// <param name="Wanted">Families that it asks for.</param>
/// <param name="Unwanted">Families that it does without.</param>
/// <param name="Alone">Whether nothing but the wanted ones should play.</param>
internal sealed record InstrumentRequest(IReadOnlySet<InstrumentFamily> Wanted, IReadOnlySet<InstrumentFamily> Unwanted, bool Alone)
{
    /// <summary>The same, with more families refused; what was asked for of them is not any more.</summary>
    public InstrumentRequest Without(IReadOnlySet<InstrumentFamily> refused)
    {
        var wanted = Wanted.Where(family => !refused.Contains(family)).ToHashSet();
        return new(wanted, Unwanted.Concat(refused).ToHashSet(), Alone && wanted.Count > 0);
    }

    /// <summary>Such as "piano alone, no drums", in the families' names.</summary>
    public string Describe()
    {
        var parts = Wanted.Order().Select(family => family.Name()).ToList();
        if (Alone)
            parts[^1] += " alone";
        return string.Join(", ", parts.Concat(Unwanted.Order().Select(family => $"no {family.Name()}")));
    }
}
