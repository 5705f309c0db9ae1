using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>
/// Refusals that stand before an instrument: "no drums", "without any drums", "don't use drums", "remove the drums", "everything except
/// drums", "instead of drums", "-drums". Going left from the instrument over words that describe it, the first word that decides is taken.
/// </summary>
internal static class RefusalBefore
{
    /// <summary>Meaning of phrases that exclude a noun from all the others: "everything but".</summary>
    public const string Rest = "rest";

    private const int MostWords = 3;

    private static readonly LexemeKind[] Deniers = [Negated, Not, No, Without];

    /// <summary>What the words before an instrument say of it; null where they say nothing.</summary>
    public static Verdict? Find(Sentence sentence, int i)
    {
        if (Sign(sentence, i) is { } sign)
            return sign;
        var passed = new Passed();
        for (int j = i - 1; passed.Words <= MostWords; j--)
        {
            switch (sentence[j].Kind)
            {
                case Determiner:
                    passed.Article |= sentence.Reads(j, "a", "an");
                    passed.Degree |= sentence.Reads(j, "much", "many");
                    break;
                case LexemeKind.Type:
                    passed.Described = true;
                    break;
                case Hyphen or Little:
                    break;
                case Excess:
                    passed.Degree = true;
                    break;
                case Colon when sentence.Is(j - 1, Exclude, Without, No):
                    break;
                case Use:
                    passed.Use = true;
                    break;
                case Mark when sentence.Reads(j, "%") && sentence.Is(j - 1, No):
                    break;
                case Mark or Break or Comma when passed.Words == 0 && Apart(sentence, j) is { } apart:
                    return apart;
                case And or Or when (passed.Words > 0 || passed.Described) && sentence.Is(j - 1, Word, LexemeKind.Type, Genre):
                    passed.Joined |= sentence.Is(j, And);
                    break;
                case And or Or when passed is { Words: 0, Described: false } && sentence.Is(j - 1, Word): // "skip the keys and the vocals"
                    passed.Listed |= sentence.Is(j, And);
                    break;
                case Exclude or Replace or Substitute when !IsVerb(sentence, j):
                case No when passed.Words > 0 && sentence.Is(j + 1, Hyphen): // "non-percussive piano"
                case Doubt when sentence.Is(j - 1, Hyphen): // "bass-less drums"
                    passed.Words++;
                    break;
                case Stop or With:
                    return Compared(sentence, j);
                case Only or NotOnly or Solo or Comma or Break or Later or Fact or Nothing or Alone or Colon:
                case Instrument or Orchestra or Refusable or LexemeKind.Refused or And or Or or Slash or Mark:
                    return null;
                case Minus:
                    return passed.Words == 0 && !IsBullet(sentence, j) ? new(Attitude.Refused) : null;
                case var kind when Decides(kind):
                    return Decide(sentence, i, j, passed);
                default:
                    if (sentence.Reads(j, "to", "than") && Compared(sentence, j) is { } compared)
                        return compared;
                    passed.From |= sentence.Reads(j, "from", "into", "onto", "through", "between", "behind", "like", "to");
                    passed.To |= sentence.Reads(j, "to");
                    passed.Words++;
                    break;
            }
        }
        return null;
    }

    // "!drums", and perhaps "~drums"
    private static Verdict? Sign(Sentence sentence, int i)
    {
        var prompt = sentence.Prompt;
        int at = sentence[i].First;
        if (!prompt.Is(at - 1, "!", "~") || !prompt[at].Glued || prompt[at - 1].Glued)
            return null;
        return prompt.Is(at - 1, "!") ? new(Attitude.Refused, i - 1) : new(Attitude.Open, Unclear: true);
    }

    // "no (drums)", "no *drums*"; "no, drums" may also answer a question
    private static Verdict? Apart(Sentence sentence, int j)
    {
        int said = j;
        while (said >= 0 && sentence.Is(said, Mark, Break, Comma) && !sentence.Reads(said, "\n", ";", "!", "?"))
            said--;
        if (!sentence.Reads(said, "no", "without", "nil", "zero"))
            return null;
        if (sentence.Is(j, Comma) && IsOfPrevious(sentence, said))
            return null;
        bool single = said == j - 1;
        if (single && sentence.Reads(j, "."))
            return null;
        bool within = single && (sentence.Is(j, Mark) || sentence.Reads(j, "("));
        return within ? new(Attitude.Refused, said) : new(Attitude.Open);
    }

    // "drums: no, piano", "drums at zero, piano"
    private static bool IsOfPrevious(Sentence sentence, int i)
    {
        int named = sentence.Is(i - 1, Colon) || sentence.Reads(i - 1, "at", "to") ? i - 2 : i - 1;
        return sentence.IsInstrument(named);
    }

    // what was passed on the way from the instrument to the word that decides
    private struct Passed
    {
        public int Words;
        public bool Described,
            Use,
            Degree,
            Joined,
            Listed,
            Article,
            From,
            To;
    }

    private static bool Decides(LexemeKind kind) =>
        kind is No or Without or Neither or Nor or Doubt or Instead or Not or Negated or Exclude or Except or Replace or Substitute;

    private static Verdict? Decide(Sentence sentence, int i, int j, Passed passed)
    {
        bool denied = IsDenied(sentence, j);
        if (passed.Listed && !sentence.Is(j, Neither, Nor) && (passed.Article || !sentence.Is(j, Without, Exclude, Negated)))
            return passed.Article && sentence.Is(j, No) ? null : new(Attitude.Open, j);
        switch (sentence[j].Kind)
        {
            case Neither or Nor or Instead:
                return new(Attitude.Refused, j);
            case Doubt:
                return new(Attitude.Open, j);
            case Without when sentence[j].Meaning == Rest && IsRemoved(sentence, j):
                return new(Attitude.Asked, Only: true);
            case No or Without:
                if (denied)
                    return new(Attitude.Asked, Kept: true);
                return new(passed.Degree || passed.Joined || passed.From && !passed.Use ? Attitude.Open : Attitude.Refused, j);
            case Not:
                if (passed.Degree)
                    return new(Attitude.Asked);
                return new(passed.Words == 0 || passed.Use ? Attitude.Refused : Attitude.Open, j);
            case Negated:
                bool degree = passed.Degree || IsMeasured(sentence, i);
                return new((passed.Words == 0 || passed.Use) && !degree ? Attitude.Refused : Attitude.Open, j);
            case Exclude:
                return denied
                    ? new(Attitude.Asked, Kept: true)
                    : new(passed.From || passed.Joined || passed.Use ? Attitude.Open : Attitude.Refused, j);
            case Except:
                return Excepted(sentence, j);
            case Replace when denied || passed.To:
                return new(Attitude.Asked);
            case Replace:
                bool given = sentence.FindForward(i, With) >= 0 || HasAfter(sentence, i, "by", "for") || sentence.IsInstrument(j - 1);
                return new(given ? Attitude.Refused : Attitude.Open, Kept: true);
            default: // substitute x for y, but also x with y
                bool other = sentence.FindForward(i, With) >= 0 || HasAfter(sentence, i, "by");
                return new(other ? Attitude.Refused : Attitude.Asked, Kept: true);
        }
    }

    // "don't play the drums too loud"
    private static bool IsMeasured(Sentence sentence, int i)
    {
        while (!sentence.Ends(++i) && !sentence.IsInstrument(i))
            if (sentence.Is(i, Excess))
                return true;
        return false;
    }

    // "everything except drums", "no instruments except piano"; of "no drums except bongos" nothing is certain
    private static Verdict Excepted(Sentence sentence, int j)
    {
        if (sentence.FindBack(j, Everything) is >= 0 and var all)
            return IsRemoved(sentence, all) ? new(Attitude.Asked, Only: true) : new(Attitude.Refused, j);
        if (sentence.FindBack(j, Nothing) >= 0)
            return new(Attitude.Asked, Only: true);
        return new(sentence.FindBack(j, No, Without, Exclude, Negated) >= 0 ? Attitude.Open : Attitude.Refused, j);
    }

    // "remove everything except the piano" leaves it alone; "everything except the piano removed" too
    private static bool IsRemoved(Sentence sentence, int all)
    {
        int verb = all - 1;
        while (sentence.Is(verb, Function, Determiner, LexemeKind.Type))
            verb--;
        if (sentence.Is(verb, Exclude, Without, LexemeKind.Split) && sentence[verb].Meaning != Rest)
            return !IsDenied(sentence, verb);
        int said = all;
        while (!sentence.Ends(++said))
            if (sentence.Is(said, Gone))
                return true;
        return false;
    }

    // "prefer an organ to a piano", "substitute a tuba for the bass"
    private static Verdict? Compared(Sentence sentence, int j)
    {
        int verb =
            sentence.Reads(j, "for") ? sentence.FindBack(j, Substitute)
            : sentence.Reads(j, "over", "to", "than") ? sentence.FindBack(j, Prefer)
            : -1;
        int named = sentence.FindBack(j, Instrument, Orchestra);
        return verb >= 0 && named > verb ? new(Attitude.Refused, Kept: sentence.Is(verb, Substitute)) : null;
    }

    private static bool HasAfter(Sentence sentence, int i, params ReadOnlySpan<string> words)
    {
        while (++i < sentence.Count && !sentence.Is(i, Break))
            if (sentence.Reads(i, words))
                return true;
        return false;
    }

    // "don't leave out", "not without", "without ever losing"
    private static bool IsDenied(Sentence sentence, int j)
    {
        for (int back = 1; back <= 3; back++)
            if (Deniers.Contains(sentence[j - back].Kind))
                return true;
            else if (!sentence.Is(j - back, Function, Use, Be, Excess))
                return false;
        return false;
    }

    // a verb begins its clause or follows a subject or a helping word; "the drop" and "bass drop" are nouns
    private static bool IsVerb(Sentence sentence, int j) =>
        sentence.Ends(j - 1)
        || sentence.Is(
            j - 1,
            And,
            Or,
            Later,
            Negated,
            Not,
            Without,
            No,
            Use,
            Function,
            Be,
            Only,
            Stop,
            Colon,
            Prefer,
            Split,
            Instrument,
            Wanted
        ) && !(sentence.Is(j - 1, Instrument) && !sentence.Is(j, Replace));

    // a list has an item on each line
    private static bool IsBullet(Sentence sentence, int j)
    {
        int lines = 0;
        for (int i = 0; i < sentence.Count; i++)
            if (sentence.Is(i, Minus) && (i == 0 || sentence.Reads(i - 1, "\n")))
                lines++;
        return lines > 1 && (j == 0 || sentence.Reads(j - 1, "\n"));
    }
}
