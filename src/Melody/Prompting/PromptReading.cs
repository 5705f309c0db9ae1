using Melody.Music;

namespace Melody.Prompting;

/// <summary>What a part of a prompt was read as.</summary>
internal enum SpanKind
{
    /// <summary>A tempo.</summary>
    Tempo,

    /// <summary>A key.</summary>
    Key,

    /// <summary>A time signature.</summary>
    Metre,

    /// <summary>An instrument that is asked for.</summary>
    Asked,

    /// <summary>An instrument that is refused.</summary>
    Refused,

    /// <summary>Words that no fact is read from, but that the joint embedding knows.</summary>
    Description,

    /// <summary>
    /// Neither the reader nor the joint embedding knows the word, it is an instrument's name with a typing error, it has the form of a
    /// fact that cannot be followed, or nobody can tell whether the instrument is asked for or refused.
    /// </summary>
    NotUnderstood,
}

/// <summary>A part of a prompt, in UTF-16 units.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Kind">What it was read as.</param>
/// <param name="Text">The part itself.</param>
internal sealed record PromptSpan(int Start, int Length, SpanKind Kind, string Text);

/// <summary>All that was read from a prompt.</summary>
/// <param name="Controls">Tempo, key, metre and instruments.</param>
/// <param name="Spans">What its parts were read as, in its order; function words and numbers that mean nothing are in none.</param>
internal sealed record PromptReading(MusicControls Controls, IReadOnlyList<PromptSpan> Spans)
{
    /// <summary>What nothing was understood of.</summary>
    public IEnumerable<PromptSpan> NotUnderstood => Spans.Where(span => span.Kind == SpanKind.NotUnderstood);
}
