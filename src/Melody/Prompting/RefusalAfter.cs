using Melody.Music;
using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>Refusals that stand behind an instrument: "drum-free", "drums: none", "drums are not wanted", "leave the drums out".</summary>
internal static class RefusalAfter
{
    private static readonly InstrumentFamily[] PlayedMuted = [InstrumentFamily.Brass, InstrumentFamily.Strings, InstrumentFamily.Guitar];

    /// <summary>What the words behind an instrument say of it; null where they say nothing.</summary>
    /// <param name="sentence">The prompt.</param>
    /// <param name="i">The instrument's lexeme.</param>
    /// <param name="family">Its family.</param>
    public static Verdict? Find(Sentence sentence, int i, InstrumentFamily family)
    {
        int next = i + 1;
        if (sentence.Is(next, Hyphen) && (sentence.Is(next + 1, Free, Off) || sentence.Reads(next + 1, "less")))
            return new(Attitude.Refused);
        while (sentence.Is(next, Section))
            next++;
        if (Split(sentence, i, next) is { } split)
            return split;
        bool label = sentence.Is(next, Colon) || sentence.Reads(next, "(", "?", "—"),
            comma = sentence.Is(next, Comma);
        int verb = label || comma ? next + 1 : next;
        int said = verb;
        while (sentence.Is(said, Be))
            said++;
        return Answer(sentence, said, label || comma) ?? (comma ? null : Silenced(sentence, said) ?? Told(sentence, verb, said, family));
    }

    // "drums: none", "drums, no, piano, yes"
    private static Verdict? Answer(Sentence sentence, int i, bool apart)
    {
        // "flute, no (drums)" goes on to another
        if (sentence.IsInstrument(i + 2) && (sentence.Is(i + 1, Mark) || sentence.Reads(i + 1, "(")))
            return null;
        // "flute, no, drums" may answer for either
        bool answers = sentence.Ends(i + 3) && sentence.Reads(i + 4, "yes", "no", "nope");
        if (sentence.Is(i - 1, Comma) && sentence.Is(i + 1, Comma) && sentence.IsInstrument(i + 2) && sentence.Is(i, No) && !answers)
            return new(Attitude.Open);
        bool ends = sentence.Ends(i + 1) || sentence.Is(i + 1, Wanted);
        bool command = sentence.Is(i, Exclude, Muted) || sentence.Reads(i, "never", "false", "x", "✗", "✘");
        if (apart && command && sentence.Ends(i + 1))
            return new(Attitude.Refused);
        bool none = sentence.Is(i, None) || sentence.Is(i, No, Nothing) && ends || apart && sentence.Is(i, Not) && sentence.Ends(i + 1);
        return none ? new(Attitude.Refused) : null;
    }

    // "drums silent", "drums at zero volume"; that they are missing may be a complaint
    private static Verdict? Silenced(Sentence sentence, int i)
    {
        if (sentence.Reads(i, "missing", "lacking", "x") && sentence.Ends(i + 1))
            return new(Attitude.Open, Unclear: true);
        int end = sentence.Reads(i, "silent") ? i + 1 : ZeroEnd(sentence, i);
        if (end < 0)
            return null;
        if (sentence.Ends(end) || sentence.Is(end, And, Wanted))
            return new(Attitude.Refused);
        return sentence.Is(end, Later, Stop) ? new(Attitude.Open) : null;
    }

    // the place after "0%", "zero volume", "at zero"; -1 where no such words stand
    private static int ZeroEnd(Sentence sentence, int i)
    {
        while (sentence.Reads(i, "at", "to", "set", "turned", "volume", "level", ":", "="))
            i++;
        if (!sentence.Reads(i, "0", "zero"))
            return -1;
        i++;
        while (sentence.Reads(i, "%", "percent", "volume", "level"))
            i++;
        return i;
    }

    private static Verdict? Told(Sentence sentence, int verb, int i, InstrumentFamily family)
    {
        if (sentence.Reads(i, "never") && sentence.Ends(i + 1))
            return new(Attitude.Refused);
        if (sentence.Is(i, Not, Negated))
        {
            int what = i + 1;
            while (sentence.Is(what, Be))
                what++;
            bool refused = sentence.Is(what, Wanted) || sentence.Is(what, Use) && (sentence.Ends(what + 1) || sentence.Reads(what, "used"));
            return refused ? new(Attitude.Refused) : null;
        }
        if (sentence.Is(i, Gone))
            return
                sentence.FindBack(verb, Everything) >= 0 || sentence.FindBack(verb, Without) is >= 0 and var rest && IsRest(sentence, rest)
                ? null
                : new(Attitude.Refused);
        if (sentence.Is(i, Off) && (sentence.Ends(i + 1) || sentence.Is(i + 1, And)))
            return new(Attitude.Refused);
        if (sentence.Is(i, Muted))
            return new(PlayedMuted.Contains(family) || !sentence.Ends(i + 1) ? Attitude.Open : Attitude.Refused);
        if (sentence.Reads(i, "optional", "optionally"))
            return new(Attitude.Open);
        bool replaced = sentence.Reads(i, "replaced", "swapped") && (sentence.Reads(i + 1, "by", "for") || sentence.Is(i + 1, With));
        return replaced && verb <= i ? new(Attitude.Refused, Kept: true) : null;
    }

    private static bool IsRest(Sentence sentence, int i) => sentence[i].Meaning == RefusalBefore.Rest;

    // "leave the drums and the bass out", "turn the drums off"
    private static Verdict? Split(Sentence sentence, int i, int next)
    {
        if (!sentence.Is(next, Off))
            return null;
        int verb = i - 1;
        while (sentence.Is(verb, Determiner, LexemeKind.Type, And, Or, LexemeKind.Instrument, Orchestra, Everything))
            verb--;
        bool found = sentence.Is(verb, LexemeKind.Split) || sentence.Is(verb, Exclude) || sentence.Reads(verb, "keep", "turn", "switch");
        return found ? new(sentence.Is(verb - 1, Negated, Not, No, Without) ? Attitude.Asked : Attitude.Refused, Kept: true) : null;
    }
}
