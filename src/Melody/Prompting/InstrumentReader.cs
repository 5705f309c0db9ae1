using Melody.Music;
using static Melody.Prompting.LexemeKind;

namespace Melody.Prompting;

/// <summary>Reads which instrument families a prompt asks for and which it refuses; in doubt neither.</summary>
internal static class InstrumentReader
{
    /// <summary>All instruments that a prompt names, in its order.</summary>
    public static IReadOnlyList<Mention> Mentions(Sentence sentence)
    {
        var mentions = new List<Mention>();
        for (int i = 0; i < sentence.Count; i++)
        {
            if (!sentence.IsInstrument(i))
                continue;
            var family = Enum.Parse<InstrumentFamily>(sentence[i].Meaning, ignoreCase: true);
            var last = mentions.Count > 0 ? mentions[^1] : null;
            var after = RefusalAfter.Find(sentence, i, family);
            if (after is { Attitude: Attitude.Refused } or { Unclear: true })
                ExtendBack(sentence, mentions, i, after);
            var verdict = sentence.Is(i, LexemeKind.Refused)
                ? new(Attitude.Refused)
                : after
                    ?? Limited(
                        sentence,
                        i,
                        RefusalBefore.Find(sentence, i) ?? (last is null ? null : RefusalList.Continue(sentence, last, i))
                    )
                    ?? new(Attitude.Asked);
            bool weak = sentence.Is(i, Refusable);
            mentions.Add(new(i, family, verdict.Attitude, verdict.Negator, weak, verdict.Only, verdict.Kept, verdict.Unclear));
        }
        return mentions;
    }

    /// <summary>What they come to; null where nothing is asked for and nothing refused.</summary>
    public static InstrumentRequest? Read(Sentence sentence, IReadOnlyList<Mention> mentions)
    {
        HashSet<InstrumentFamily> Families(Attitude attitude) =>
            [
                .. mentions
                    .Where(mention => mention.Attitude == attitude && !(mention.Weak && attitude == Attitude.Asked))
                    .Select(mention => mention.Family),
            ];
        HashSet<InstrumentFamily> wanted = Families(Attitude.Asked),
            unwanted = Families(Attitude.Refused);
        // "drum and bass without drums": what is refused after it was asked for is neither
        var contradicted = wanted.Where(family => IsTakenBack(sentence, mentions.Last(mention => mention.Family == family))).ToList();
        unwanted.ExceptWith(wanted);
        wanted.ExceptWith(contradicted);
        unwanted.ExceptWith(Families(Attitude.Open));
        return wanted.Count + unwanted.Count == 0 ? null : new(wanted, unwanted, new SoloRules(sentence, mentions).IsAlone());
    }

    // "violin as opposed to viola" takes nothing back
    private static bool IsTakenBack(Sentence sentence, Mention last) =>
        last.Attitude == Attitude.Refused && last.Negator >= 0 && !sentence.Is(last.Negator, Instead);

    // "drums and bass off" refuses both
    private static void ExtendBack(Sentence sentence, List<Mention> mentions, int i, Verdict verdict)
    {
        if (
            mentions.Count > 0
            && Link.Between(sentence, mentions[^1].At, i) is { Conjunction: And or Or or Slash, Words: 0 }
            && !sentence.Is(i - 1, Comma)
        )
            mentions[^1] = mentions[^1] with { Attitude = verdict.Attitude, Unclear = verdict.Unclear };
    }

    // "no drums until the chorus" refuses them for a while only
    private static Verdict? Limited(Sentence sentence, int i, Verdict? verdict)
    {
        if (verdict is not { Attitude: Attitude.Refused })
            return verdict;
        bool later = verdict.Negator >= 0 && sentence.Is(verdict.Negator - 1, Later);
        for (int next = i + 1; !later && next < sentence.Count && !sentence.Ends(next) && !sentence.IsInstrument(next); next++)
            later = sentence.Is(next, Later);
        return later ? verdict with { Attitude = Attitude.Open } : verdict;
    }
}
