using Melody.Music;
using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>
/// Whether nothing but the named instruments should play. Either the words say so of all of them ("solo cello", "piano and nothing else",
/// "just drums"), or there is one, and it is what the prompt is about ("slow sad piano"): not one that is added to something ("disco
/// with strings"), leads a band ("piano house") or has a solo in one.
/// </summary>
/// <param name="sentence">The prompt.</param>
/// <param name="mentions">All instruments that it names.</param>
internal sealed class SoloRules(Sentence sentence, IReadOnlyList<Mention> mentions)
{
    private const int Reach = 3;

    private static readonly string[] Mainly = ["mostly", "mainly", "primarily", "predominantly", "chiefly", "largely", "principally"];

    private static readonly string[] Leading =
    [
        "led",
        "driven",
        "heavy",
        "dominated",
        "forward",
        "focused",
        "based",
        "centred",
        "centered",
        "centric",
        "built",
    ];

    private readonly Dictionary<int, Mention> _asked = mentions
        .Where(mention => mention is { Attitude: Attitude.Asked, Weak: false })
        .ToDictionary(mention => mention.At);

    /// <summary>Whether all others are silent.</summary>
    public bool IsAlone()
    {
        var families = _asked.Values.Select(mention => mention.Family).ToHashSet();
        bool others =
            sentence.Has(Ensemble, Orchestra, NotOnly)
            || ComesLater()
            || sentence.Has(Everything) && mentions.Any(mention => mention.Attitude == Attitude.Refused);
        if (families.Count == 0 || others)
            return false;
        var alone = Enumerable.Range(0, sentence.Count).SelectMany(Governed).ToHashSet();
        if (alone.Count > 0)
            return !alone.Any(IsPassing)
                && !alone.Any(IsMain)
                && _asked.Values.All(mention => alone.Contains(mention.At) || SameAsGoverned(mention, alone));
        bool subject =
            families.Count == 1
            && !families.Contains(InstrumentFamily.Drums)
            && !sentence.Has(Genre, Solos)
            && !_asked.Keys.Any(at => sentence.Is(at + 1, Colon))
            && !Enumerable.Range(0, sentence.Count).Any(i => sentence.Is(i, Only) && sentence.Is(i + 1, Later))
            && !mentions.Any(mention => mention.Kept)
            && mentions.All(mention => mention.Attitude != Attitude.Open && !(mention.Weak && mention.Attitude == Attitude.Asked));
        return subject && _asked.Keys.All(at => !IsAdded(at) && !IsMain(at));
    }

    // "guitar intro, then full band"
    private bool ComesLater() =>
        Enumerable.Range(0, sentence.Count).Any(i => sentence.Is(i, Everything) && sentence.FindBack(i, Later) >= 0);

    // the same family named again: "solo drum kit, fast drum and bass breaks"
    private bool SameAsGoverned(Mention mention, HashSet<int> alone) =>
        alone.Any(at => _asked[at].Family == mention.Family) && !IsAdded(mention.At);

    // the instruments that a word says to be alone
    private IEnumerable<int> Governed(int i) =>
        sentence[i] switch
        {
            { Kind: Only } => OnlyThese(i),
            { Kind: LexemeKind.Alone, Meaning: "" } => _asked.Keys,
            { Kind: LexemeKind.Alone } => Back(
                Enumerable
                    .Range(1, Reach)
                    .Select(back => i - back)
                    .TakeWhile(at => !sentence.Ends(at))
                    .FirstOrDefault(_asked.ContainsKey, -1)
            ),
            { Kind: Solo } => Soloist(i),
            { Kind: LexemeKind.Instrument } when sentence.Prompt[sentence[i].First].Text is "a" or "acapella" or "acappella" => _asked.Keys,
            { Kind: LexemeKind.Instrument } when _asked.TryGetValue(i, out var mention) && mention.Only => Forward(i),
            _ => [],
        };

    private IEnumerable<int> OnlyThese(int i)
    {
        int next = Next(i);
        if (next >= 0)
            return Forward(next);
        int before = i - 1;
        while (sentence.Is(before, Section))
            before--;
        bool ends = sentence.Ends(i + 1) || sentence.Is(i + 1, Fact, Stop) && !sentence.Is(i + 1, Later);
        return _asked.ContainsKey(before) && ends ? Back(before) : [];
    }

    // "solo cello"; "cello solo", unless it is a passage of something else
    private IEnumerable<int> Soloist(int i)
    {
        if (Next(i) is >= 0 and var next)
            return IsPartOfMore(i) ? [] : [next];
        int before = i - 1;
        while (sentence.Is(before, Section, Hyphen))
            before--;
        bool passage = sentence.Is(i + 1, Section, Off, Later, With) || sentence.Has(Genre);
        return _asked.ContainsKey(before) && !passage && !IsPartOfMore(before) ? [before] : [];
    }

    // the instrument that a word stands before, over words that describe it
    private int Next(int i)
    {
        for (int next = i + 1; next <= i + 1 + Reach; next++)
            if (sentence.Is(next, LexemeKind.Instrument))
                return _asked.ContainsKey(next) ? next : -1;
            else if (!sentence.Is(next, Word, Determiner, LexemeKind.Type, Solo, Hyphen, Genre))
                return -1;
        return -1;
    }

    // an instrument and those that are joined to it
    private IEnumerable<int> Forward(int at)
    {
        while (at >= 0)
        {
            yield return at;
            int following = _asked.Keys.Where(other => other > at).DefaultIfEmpty(-1).Min();
            at = following >= 0 && Link.Between(sentence, at, following) is not null ? following : -1;
        }
    }

    private IEnumerable<int> Back(int at)
    {
        while (at >= 0)
        {
            yield return at;
            int earlier = _asked.Keys.Where(other => other < at).DefaultIfEmpty(-1).Max();
            at = earlier >= 0 && Link.Between(sentence, earlier, at) is not null ? earlier : -1;
        }
    }

    // "starts with just piano", "solo piano at first"
    private bool IsPassing(int at)
    {
        bool Reaches(int step)
        {
            for (int i = at + step; !sentence.Ends(i); i += step)
                if (sentence.Is(i, Later))
                    return true;
            return false;
        }
        return Reaches(-1) || Reaches(1);
    }

    // "mostly piano", "piano-led", "led by piano": there are others
    private bool IsMain(int at) =>
        Over(at, word => sentence.Reads(word, Mainly) || sentence.Reads(word, "by", "on", "around") && sentence.Reads(word - 1, Leading))
        || sentence.Reads(at + 1, Mainly)
        || sentence.Ends(at + 1) && sentence.Reads(at + 2, Mainly) && sentence.Ends(at + 3)
        || sentence.Reads(sentence.Is(at + 1, Hyphen) ? at + 2 : at + 1, Leading);

    private bool IsPartOfMore(int at) =>
        Over(at, word => sentence.Is(word, With, Later) || sentence.Reads(word, "has", "have", "includes", "include"));

    private bool IsAdded(int at) =>
        Over(at, word =>
            sentence.Is(word, With, Little) && !sentence.Reads(word, "some")
            || sentence.Is(word, And) && !JoinsFamily(word, at)
            || sentence.Reads(word, "add", "adds")
        )
        || sentence.Is(at + 1, With) && sentence.Prompt[sentence[at + 1].First].Text == "on"
        || sentence.Is(at + 1, And) && !_asked.Keys.Any(other => other > at + 1 && JoinsFamily(at + 1, other));

    // "violin and cello" are one family
    private bool JoinsFamily(int and, int at) => _asked.TryGetValue(and - 1, out var first) && first.Family == _asked[at].Family;

    private bool Over(int at, Predicate<int> test)
    {
        for (int word = at - 1; word >= at - 1 - Reach && !sentence.Ends(word); word--)
            if (test(word))
                return true;
            else if (sentence.IsInstrument(word))
                return false;
        return false;
    }
}
