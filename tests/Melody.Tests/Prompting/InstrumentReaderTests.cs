using Melody.Evaluation.Prompts;
using Melody.Music;
using Melody.Prompting;
using Melody.SemanticTokens;

namespace Melody.Tests.Prompting;

public sealed class InstrumentReaderTests
{
    private static string Names(IEnumerable<InstrumentFamily> families) =>
        string.Join(' ', families.Select(f => f.Name()).Order(StringComparer.Ordinal));

    private static string Told(InstrumentRequest? wishes) =>
        wishes is null
            ? ""
            : Names(wishes.Wanted)
                + (wishes.Unwanted.Count > 0 ? " | no " + Names(wishes.Unwanted) : "")
                + (wishes.Alone ? " | alone" : "");

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
    [InlineData("no drums, solo piano", "piano | no drums | alone")]
    [InlineData("no drums, piano", "piano | no drums | alone")]
    [InlineData("no drums, slow piano in A minor", "piano | no drums | alone")]
    [InlineData("no drums, just piano", "piano | no drums | alone")]
    [InlineData("no drums, with piano", "piano | no drums")]
    [InlineData("no drums, a piano and a cello", "piano strings | no drums")]
    [InlineData("no vocals, piano, strings", "piano strings | no voice")]
    [InlineData("no bass, no drums, solo violin", "strings | no bass drums | alone")]
    [InlineData("instrumental without vocals and with guitar", "guitar | no voice")]
    [InlineData("no drums, bass or electric guitar", " | no bass drums guitar")]
    [InlineData("no drums and bass", " | no bass drums")]
    [InlineData("neither drums nor bass", " | no bass drums")]
    [InlineData("don't use drums", " | no drums")]
    [InlineData("don’t add any loud drums", " | no drums")]
    [InlineData("avoid drums", " | no drums")]
    [InlineData("excluding drums", " | no drums")]
    [InlineData("w/o drums", " | no drums")]
    [InlineData("sans drums", " | no drums")]
    [InlineData("free of drums", " | no drums")]
    [InlineData("drum-free ambient", " | no drums")]
    [InlineData("ambient, drums off", " | no drums")]
    [InlineData("no loud heavy drums", " | no drums")]
    [InlineData("no electronic or acoustic drums", " | no drums")]
    [InlineData("not too fast piano", "piano | alone")]
    [InlineData("not only piano but also strings", "piano strings")]
    [InlineData("without piano. Guitar and bass.", "bass guitar | no piano")]
    [InlineData("jazz piano trio", "piano")]
    [InlineData("guitar rock", "guitar")]
    [InlineData("funky bass groove", "bass")]
    [InlineData("piano house track, 124 bpm", "piano")]
    [InlineData("lo-fi with snare and hi-hat", "drums")]
    [InlineData("ukulele and a Hammond organ", "guitar organ")]
    [InlineData("a song by tom waits", "")]
    public void Prompts_name_families(string prompt, string expected) =>
        Assert.Equal(expected, Told(PromptReader.Read(prompt).Instruments));

    [Theory]
    [InlineData("solo piano, no drums or bass", "piano alone, no bass, no drums")]
    [InlineData("flute and harp", "strings, woodwind")]
    [InlineData("no drums", "no drums")]
    public void Wishes_are_told_in_words(string prompt, string expected) =>
        Assert.Equal(expected.Split(", ").Order(), PromptReader.Read(prompt).Instruments!.Describe().Split(", ").Order());

    /// <summary>The names that captions of the corpus use.</summary>
    [Fact]
    public void Every_instrument_of_the_corpus_is_known_by_its_name()
    {
        // sounds that nobody asks for by name, and words with other meanings
        string[] effects =
        [
            "noise",
            "tweets",
            "ring",
            "applause",
            "gunshot",
            "hit",
            "stab",
            "tom",
            "bottle",
            "whistle",
            "chimes",
            "vibes",
            "funky clav",
            "voice",
            "lead",
            "synth",
            "pad",
            "bells",
        ];
        var wrong = Enumerable
            .Range(0, 129)
            .SelectMany(program => Instruments.Of(program).Names.Select(name => (name, family: Instruments.Of(program).Family)))
            .Where(i => !effects.Any(e => i.name.Contains(e, StringComparison.Ordinal)))
            .Where(i => Told(PromptReader.Read($"solo {i.name}").Instruments) != $"{i.family.Name()} | alone")
            .Select(i => $"{i.name} ({i.family}): {Told(PromptReader.Read($"solo {i.name}").Instruments)}")
            .Distinct();
        Assert.Empty(wrong);
    }

    /// <summary>Sentences that people wrote, with what they say beside them.</summary>
    [Fact]
    public void The_prompts_of_the_evaluation_are_read_as_they_are_meant()
    {
        var wrong = new List<string>();
        foreach (var prompt in PromptList.All)
        {
            var wishes = PromptReader.Read(prompt.Text).Instruments;
            if (prompt.Families.Count > 0 && Names(wishes?.Wanted ?? new HashSet<InstrumentFamily>()) != Names(prompt.Families))
                wrong.Add($"{prompt.Text}: {Told(wishes)}");
            if (prompt.Drums == false && !(wishes?.Unwanted.Contains(InstrumentFamily.Drums) ?? false) && !(wishes?.Alone ?? false))
                wrong.Add($"{prompt.Text}: drums are not refused");
            if (prompt.Drums == true && !(wishes?.Wanted.Contains(InstrumentFamily.Drums) ?? false))
                wrong.Add($"{prompt.Text}: drums are not asked for");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
