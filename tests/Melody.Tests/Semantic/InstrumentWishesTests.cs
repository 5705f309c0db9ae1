using Melody.Corpus.Description;
using Melody.Evaluation.Prompts;
using Melody.Semantic;

namespace Melody.Tests.Semantic;

public sealed class InstrumentWishesTests
{
    private static string Names(IEnumerable<int> families) => string.Join(' ', families.Select(f => FrameFacts.FamilyNames[f]).Order(StringComparer.Ordinal));

    private static string Told(InstrumentWishes? wishes) => wishes is null ? ""
        : Names(wishes.Wanted) + (wishes.Unwanted.Count > 0 ? " | no " + Names(wishes.Unwanted) : "") + (wishes.Alone ? " | alone" : "");

    [Theory]
    [InlineData("slow sad piano in A minor, 70 bpm", "piano | alone")]
    [InlineData("A trumpet alone plays a heroic fanfare", "brass | alone")]
    [InlineData("duet for flute and harp, just the two", "strings woodwind | alone")]
    [InlineData("Disco with drums", "drums")]
    [InlineData("a funky groove with a dirty saxophone", "woodwind")]
    [InlineData("Warm synth pad, ambient, no drums", "synth | no drums | alone")]
    [InlineData("calm strings without drums or bass", "strings | no bass drums | alone")]
    [InlineData("drumless piano and bass guitar", "bass piano | no drums")]
    [InlineData("a bass drum, a synth bass and steel drums", "bass drums mallets")]
    [InlineData("English horn over French horns", "brass woodwind")]
    [InlineData("no piano, but a harpsichord", "piano | alone")] // the same family
    [InlineData("a minor setback, basically", "")]
    [InlineData("fast drum and bass", "drums")] // the style
    [InlineData("drums and bass", "bass drums")]
    [InlineData("music", "")]
    public void Prompts_name_families(string prompt, string expected) => Assert.Equal(expected, Told(InstrumentWishes.Read(prompt)));

    /// <summary>The names that captions of the corpus use.</summary>
    [Fact]
    public void Every_instrument_of_the_corpus_is_known_by_its_name()
    {
        // sounds that nobody asks for by name, and words with other meanings
        string[] effects = ["noise", "tweets", "ring", "applause", "gunshot", "hit", "stab", "tom", "bottle", "whistle", "chimes", "vibes", "funky clav", "voice", "lead", "synth", "pad", "bells"];
        var wrong = Enumerable.Range(0, 129).SelectMany(program => Instruments.Of(program).Names.Select(name => (name, family: Instruments.Of(program).Family)))
            .Where(i => !effects.Any(e => i.name.Contains(e, StringComparison.Ordinal)))
            .Where(i => Told(InstrumentWishes.Read($"solo {i.name}")) != $"{i.family} | alone").Select(i => $"{i.name} ({i.family}): {Told(InstrumentWishes.Read($"solo {i.name}"))}").Distinct();
        Assert.Empty(wrong);
    }

    /// <summary>Sentences that people wrote, with what they say beside them.</summary>
    [Fact]
    public void The_prompts_of_the_evaluation_are_read_as_they_are_meant()
    {
        var wrong = new List<string>();
        foreach (var prompt in PromptList.All)
        {
            var wishes = InstrumentWishes.Read(prompt.Text);
            if (prompt.Families.Count > 0 && Names(wishes?.Wanted ?? new HashSet<int>()) != string.Join(' ', prompt.Families.Order(StringComparer.Ordinal))) wrong.Add($"{prompt.Text}: {Told(wishes)}");
            if (prompt.Drums == false && !(wishes?.Unwanted.Contains(11) ?? false) && !(wishes?.Alone ?? false)) wrong.Add($"{prompt.Text}: drums are not refused");
            if (prompt.Drums == true && !(wishes?.Wanted.Contains(11) ?? false)) wrong.Add($"{prompt.Text}: drums are not asked for");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
