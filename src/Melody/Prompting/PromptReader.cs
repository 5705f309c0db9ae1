using Melody.Conditioning;
using Melody.LanguageModel;
using Melody.Music;

namespace Melody.Prompting;

/// <summary>
/// Reads tempo, key, metre and instruments from a prompt's own words, where they are exact: "at 92 bpm", "in F# minor", "a waltz", "no
/// drums". Words that leave room ("slow", "allegro", "in a minor key") set nothing, nor does a prompt that names two different values.
/// </summary>
internal static class PromptReader
{
    private static readonly TempoReader Tempi = new(ControlClasses.SlowestBpm, ControlClasses.FastestBpm);
    private static readonly MetreReader Metres = new(ControlClasses.KnownMetres);

    /// <summary>What a prompt asks for; null where it does not say.</summary>
    public static MusicControls Read(string text) => Explain(text).Controls;

    /// <summary>What a prompt asks for, and what each part of it was read as.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="vocabulary">The words that the joint embedding knows; null, or one without words, to take all words for known.</param>
    public static PromptReading Explain(string text, Vocabulary? vocabulary = null)
    {
        var prompt = new PromptText(text);
        var facts = new FactSpans(prompt);
        double? bpm = facts.Take(SpanKind.Tempo, [.. Tempi.Read(prompt)]);
        var key = facts.Take(SpanKind.Key, [.. KeyReader.Read(prompt)]);
        var metre = facts.Take(SpanKind.Metre, Metres.Read(prompt));
        var sentence = new Sentence(prompt, facts.Ranges);
        var mentions = InstrumentReader.Mentions(sentence);
        var controls = new MusicControls
        {
            Bpm = bpm,
            Key = key,
            Metre = metre,
            Instruments = InstrumentReader.Read(sentence, mentions),
        };
        return new(controls, SpanReader.Read(sentence, facts, mentions, vocabulary));
    }

    /// <summary>The parts of a prompt, then those of a negative prompt, that nothing was understood of.</summary>
    /// <param name="prompt">Any text; null for none.</param>
    /// <param name="negative">What should not be heard; null for nothing.</param>
    /// <param name="vocabulary">The words that the joint embedding knows; null to take all words for known.</param>
    public static IEnumerable<PromptSpan> NotUnderstood(string? prompt, string? negative, Vocabulary? vocabulary)
    {
        IEnumerable<PromptSpan> unread = prompt is null ? [] : Explain(prompt, vocabulary).NotUnderstood;
        return negative is null ? unread : unread.Concat(ReadRefusals(negative, vocabulary).NotUnderstood);
    }

    /// <summary>Reads a list of what should not be heard, such as "drums, vocals": every instrument in it is refused.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="vocabulary">The words that the joint embedding knows; null to take all words for known.</param>
    public static PromptReading ReadRefusals(string text, Vocabulary? vocabulary = null)
    {
        var sentence = new Sentence(new(text), []);
        var mentions = InstrumentReader.Mentions(sentence).Select(mention => mention with { Attitude = Attitude.Refused }).ToList();
        var controls = new MusicControls { Instruments = InstrumentReader.Read(sentence, mentions) };
        return new(controls, SpanReader.Read(sentence, new(sentence.Prompt), mentions, vocabulary));
    }
}
