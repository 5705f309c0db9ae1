using System.Globalization;
using System.Text.RegularExpressions;
using Melody.LanguageModel;
using Melody.Music;

namespace Melody.Prompting;

/// <summary>
/// Reads tempo, key, metre and instruments from a prompt's own words, where they are exact: "at 92 bpm", "in F# minor", "a waltz". Words
/// that leave room ("slow", "allegro", "in a minor key") set nothing, nor does a prompt that names two different values,
/// and in doubt between a key and ordinary English ("a minor setback") nothing is read.
/// </summary>
internal static partial class PromptReader
{
    /// <summary>What the prompt asks for; null where it does not say.</summary>
    public static MusicControls Read(string prompt) =>
        new()
        {
            Bpm = Only(Tempi(prompt)),
            Key = Only(Keys(prompt)),
            Metre = Only(Metres(prompt)),
            Instruments = InstrumentReader.Read(prompt),
        };

    private static T? Only<T>(IEnumerable<T> found)
        where T : struct
    {
        var distinct = found.Distinct().Take(2).ToList();
        return distinct.Count == 1 ? distinct[0] : null;
    }

    private static IEnumerable<double> Tempi(string prompt)
    {
        foreach (Match match in Tempo().Matches(prompt))
        {
            if (Negated(prompt, match.Index))
                continue;
            double bpm = Number(match.Groups["bpm"].Value);
            if (match.Groups["to"] is { Success: true } to)
                bpm = (bpm + Number(to.Value)) / 2;
            if (bpm is >= ControlClasses.SlowestBpm and <= ControlClasses.FastestBpm)
                yield return bpm;
        }
    }

    // \d takes the digits of every script
    private static double Number(string text) =>
        double.Parse(
            string.Concat(text.Select(c => char.IsDigit(c) ? (char)('0' + (int)char.GetNumericValue(c)) : '.')),
            CultureInfo.InvariantCulture
        );

    private static IEnumerable<MusicalKey> Keys(string prompt)
    {
        foreach (Match match in KeyName().Matches(prompt))
            if (!Negated(prompt, match.Index) && IsKey(prompt, match) && MusicalKey.TryParse(match.Groups["key"].Value, out var key))
                yield return key;
    }

    // whether a match that has the form of a key is meant as one
    private static bool IsKey(string prompt, Match match)
    {
        string letter = match.Groups["letter"].Value,
            mode = match.Groups["mode"].Value;
        bool accidental = match.Groups["accidental"].Success || match.Groups["suffix"].Success;
        bool introduced = match.Groups["keyOf"].Success,
            inBefore = match.Groups["in"].Success;
        string after = Near(prompt, match.Index + match.Length, Context);
        bool ends = Ending().IsMatch(after);
        if (mode.Length == 0) // "in the key of G", "in Eb", "blues in E, 90 bpm"
            return introduced && (letter != "a" || accidental)
                || inBefore && ends && char.IsUpper(letter[0]) && !match.Groups["suffix"].Success;
        if (match.Groups["short"].Success) // "F#m" speaks for itself; "Am" and "Em" need "in" or "key", or stand alone
            return char.IsUpper(letter[0])
                && (accidental || introduced || inBefore || ends && Apart().IsMatch(Near(prompt, match.Index, -Context)));
        if (
            introduced
            || accidental
            || mode.Equals("dur", StringComparison.OrdinalIgnoreCase)
            || mode.Equals("moll", StringComparison.OrdinalIgnoreCase)
        )
            return true;
        if (letter is not ("a" or "A"))
            return true; // no English word is "e" or "d"
        if (letter == "a")
            return inBefore && ends && !ListGoesOn().IsMatch(after);
        if (!inBefore && SentenceStart().IsMatch(Near(prompt, match.Index, -Context)))
            return ends || MusicalNoun().IsMatch(after);
        bool title = char.IsUpper(mode[0]) && CapitalNext().IsMatch(after);
        return ends || !title && !OrdinaryNoun().IsMatch(after);
    }

    private static IEnumerable<Metre> Metres(string prompt)
    {
        var written = Fraction()
            .Matches(prompt)
            .Where(m => !Negated(prompt, m.Index))
            .Select(m => Metre.Parse(m.Value))
            .Where(Known)
            .ToList();
        return written.Count > 0 ? written : MetreWord().Matches(prompt).Where(m => !Negated(prompt, m.Index)).Select(Named).Where(Known);
    }

    private static bool Known(Metre metre) => ControlClasses.KnownMetres.Contains(metre);

    private static Metre Named(Match match)
    {
        if (match.Groups["waltz"].Success)
            return new(3, 4);
        if (match.Groups["common"].Success)
            return new(4, 4);
        return new(
            Count(match.Groups["beats"].Value),
            match.Groups["unit"].Value.StartsWith('f') || match.Groups["unit"].Value.StartsWith('F') ? 4 : 8
        );
    }

    private static int Count(string word) =>
        word.ToLowerInvariant() switch
        {
            "two" => 2,
            "three" => 3,
            "four" => 4,
            "five" => 5,
            "six" => 6,
            "seven" => 7,
            "nine" => 9,
            _ => 12,
        };

    private static bool Negated(string prompt, int index) => Negation().IsMatch(Near(prompt, index, -Context));

    // the text up to |length| characters behind, or before, a place
    private static string Near(string prompt, int index, int length) =>
        length < 0 ? prompt[Math.Max(0, index + length)..index] : prompt[index..Math.Min(prompt.Length, index + length)];

    private const int Context = 60;

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // 120 bpm | 118-122 bpm | between 100 and 110 bpm | 96.5 beats per minute | tempo: 120 | bpm = 120 | tempo of around 120
    [GeneratedRegex(
        @"(?<![\d.,])(?<bpm>\d{2,3}(?:[.,]\d{1,2})?)(?:\s*(?:-|–|to\b|(?<=\bbetween\s+[\d.,]{2,6}\s+)and\b)\s*(?<to>\d{2,3}(?:[.,]\d{1,2})?))?\s*[-+]?\s*(?:bpms?\b|b\.p\.m\b|beats?[\s-]+(?:per|a)[\s-]+min(?:ute)?\b|beats?/min\b)|(?:\b(?:bpm|tempo)\s*(?:of|is|at|:|=)?|[♩♪]\s*=)\s*(?:(?:around|about)\s+)?(?<bpm>\d{2,3}(?:[.,]\d{1,2})?)(?![\w%/]|\s*(?:bpm|beats))",
        Loose
    )]
    private static partial Regex Tempo();

    [GeneratedRegex(
        @"(?:\b(?:(?<keyOf>[Kk][Ee][Yy](?:\s+[Oo][Ff]\s+|\s*[:=]\s*|\s+))|(?<in>[Ii][Nn]\s+)))?(?<![\w#♯♭'’-])(?<key>(?<letter>[A-Ha-h])(?<suffix>is|es|s)?(?:[\s-]?(?<accidental>[Ss]harp|[Ff]lat)\b|(?<accidental>[#♯♭]|b))?(?:(?:\s+|-)(?<mode>(?i:major|minor|maj|min|dur|moll))\b|(?<short>(?<mode>maj|min|m)\b)|(?![\w#♯♭'’])))"
    )]
    private static partial Regex KeyName();

    // nothing follows that "major" or "minor" could describe
    [GeneratedRegex(@"^\s*(?:$|[.,;:!?)\]|/\n""”]|\d|-\s|–|(?:at|with|for|featuring|on|by|around|about)\b)", Loose)]
    private static partial Regex Ending();

    // "in a major, sweeping way": a comma after which more adjectives may come
    [GeneratedRegex(@"^\s*,\s*(?!\d)\S", Loose)]
    private static partial Regex ListGoesOn();

    [GeneratedRegex(@"(?:^|[.!?:;\n""“(])\s*$")]
    private static partial Regex SentenceStart();

    // "piano, Am, 70 bpm"
    [GeneratedRegex(@"(?:^|[.!?:;,\n""“(])\s*$")]
    private static partial Regex Apart();

    // what a sentence that begins with a key goes on with: "A minor waltz"
    [GeneratedRegex(
        @"^\s+(?:(?:slow|fast|sad|solo|grand|electric|acoustic)\s+)*(?:pianos?|guitars?|cellos?|violins?|flutes?|harps?|organs?|synths?|harpsichords?|waltz|ballad|blues|jazz|nocturne|sonata|prelude|[eé]tude|fugue|lullaby|tango|trance|techno|ambient|arpeggios?|riff|chord\s+progression)\b",
        Loose
    )]
    private static partial Regex MusicalNoun();

    [GeneratedRegex(@"^\s+[A-Z]")]
    private static partial Regex CapitalNext();

    [GeneratedRegex(
        @"^\s+(?:way|ways|setback|issue|problem|role|part|change|shift|hit|success|event|break|breakthrough|character|theme|city|league|detail|figure|influence|label|deal|key)\b",
        Loose
    )]
    private static partial Regex OrdinaryNoun();

    [GeneratedRegex(@"(?<![\d/.,])(?:2/4|3/4|4/4|5/4|6/8|7/8|9/8|12/8)(?![\d/]|\s+of\b|\s+(?:full|empty|cup|inch))", Loose)]
    private static partial Regex Fraction();

    [GeneratedRegex(
        @"(?<waltz>\b(?:waltz|waltzes|valse)\b)|(?<common>\bcommon\s+time\b)|(?<=\bin\s+|\bin\s+a\s+)(?<beats>two|three|four|five|six|seven|nine|twelve)[-\s](?<unit>four|eight)\b(?=\s*(?:$|[.,;!?)]|time|met|with|at|and|groove|beat|feel|rhythm))|\b(?<beats>two|three|four|five|six|seven|nine|twelve)[-\s](?<unit>four|eight)(?=\s+(?:time|met(?:re|er)|groove|beat|feel|rhythm|signature|swing|shuffle)\b)|(?<![\w-]|\d\s)(?<beats>six|nine|twelve)-(?<unit>eight)\b",
        Loose
    )]
    private static partial Regex MetreWord();

    [GeneratedRegex(@"\b(?:not|no|never|without|non|isn't|isn’t|avoid)[\s-]+(?:(?:in|a|an|the|at|any)\s+)*$", Loose)]
    private static partial Regex Negation();
}
