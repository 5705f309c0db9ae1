namespace Melody.Prompting;

/// <summary>Which tokens state tempo, key and metre, and which of these statements are followed.</summary>
/// <param name="prompt">The prompt.</param>
internal sealed class FactSpans(PromptText prompt)
{
    private readonly List<(int First, int End, SpanKind Kind)> _spans = [];

    /// <summary>The statements: their tokens, and what they were read as.</summary>
    public IReadOnlyList<(int First, int End, SpanKind Kind)> Spans => _spans;

    /// <summary>Their tokens.</summary>
    public IEnumerable<(int First, int End)> Ranges => _spans.Select(span => (span.First, span.End));

    /// <summary>Notes statements of one kind.</summary>
    /// <returns>The value that they agree in, or null.</returns>
    public T? Take<T>(SpanKind kind, IReadOnlyList<Claim<T>> claims)
        where T : struct
    {
        var value = claims.Single();
        foreach (var claim in claims.Where(claim => claim.End <= prompt.Count))
            _spans.Add((claim.First, claim.End, value is not null && claim.Value is not null ? kind : SpanKind.NotUnderstood));
        return value;
    }
}
