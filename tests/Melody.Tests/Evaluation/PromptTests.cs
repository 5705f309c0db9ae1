using System.Text;
using System.Text.RegularExpressions;
using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Records;
using Melody.Evaluation.Prompts;
using Melody.Foundation;
using Melody.Music;
using Melody.Prompting;
using Melody.Weights;

namespace Melody.Tests.Evaluation;

/// <summary>What the prompts expect stands in their words, and all of it.</summary>
public sealed partial class PromptTests
{
    private static readonly string[] DrumWords = ["drums", "drum", "drum kit", "timpani", "taiko"];

    private static bool Says(string text, string phrase) =>
        Regex.IsMatch(text, $@"(?<!\w){Regex.Escape(phrase)}(?!\w)", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"\b(?:no|without) (?:drums|percussion)|\bdrumless", RegexOptions.IgnoreCase)]
    private static partial Regex Excluded();

    private static IEnumerable<string> NamesOf(InstrumentFamily family) =>
        Enumerable
            .Range(0, Instrument.DrumKit + 1)
            .Select(Instruments.Of)
            .Where(i => i.Family == family)
            .SelectMany(i => i.Names)
            .Concat(
                family switch
                {
                    InstrumentFamily.Organ => ["organ"],
                    InstrumentFamily.Guitar => ["guitar"],
                    InstrumentFamily.Bass => ["bass", "bass guitar"],
                    InstrumentFamily.Strings => ["strings", "string orchestra", "string quartet"],
                    InstrumentFamily.Voice => ["voices"],
                    InstrumentFamily.Brass => ["brass"],
                    InstrumentFamily.Synth => ["saw lead"],
                    InstrumentFamily.Drums => DrumWords,
                    _ => [],
                }
            );

    [Fact]
    public void The_list_is_long_and_its_names_are_unique()
    {
        var all = PromptList.All;
        Assert.True(all.Count >= 100);
        Assert.Equal(all.Count, all.Select(p => p.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all.Count, all.Select(p => p.Seed).Distinct().Count());
        Assert.Equal(all.Count, all.Select(p => p.Text).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(all, p => Assert.Matches("^[a-z0-9-]+$", p.Id));
        Assert.All(all, p => PromptLimits.Check(p.Text));
        Assert.Equal(all, PromptList.Take(int.MaxValue));
        Assert.Equal(12, PromptList.Take(12).Distinct().Count());
    }

    [Fact]
    public void Every_family_manner_and_tempo_is_asked_for()
    {
        var all = PromptList.All;
        Assert.All(InstrumentFamilies.All, family =>
            Assert.True(all.Count(p => p.Solo && p.Families.SequenceEqual([family])) >= 4, family.Name())
        );
        Assert.All(Enum.GetValues<PromptManner>(), manner => Assert.True(all.Count(p => p.Manner == manner) >= 10, $"{manner}"));
        Assert.All(MoodRules.Groups, mood => Assert.Contains(all, p => p.Mood == mood));
        Assert.InRange(all.Min(p => p.Bpm)!.Value, 40, 50);
        Assert.InRange(all.Max(p => p.Bpm)!.Value, 200, 240);
        Assert.True(all.Count(p => p.Key is not null) >= 50);
        Assert.True(all.Count(p => p.Drums == true) >= 20 && all.Count(p => p.Drums == false) >= 15);
    }

    [Fact]
    public void Tempo_and_key_are_those_that_the_sentence_states() => Assert.All(PromptList.All, p =>
        {
            var read = PromptReader.Read(p.Text);
            Assert.Equal((p.Id, read.Bpm), (p.Id, p.Bpm));
            Assert.Equal((p.Id, read.Key?.ToString()), (p.Id, p.Key));
            if (p.Key is { } key)
                Assert.NotNull(MusicalKey.ParseOrNull(key)); // as the estimator's answers are read
        });

    [Fact]
    public void Instruments_drums_moods_and_styles_stand_in_the_sentence() => Assert.All(PromptList.All, p =>
        {
            foreach (var family in p.Families)
                Assert.True(NamesOf(family).Any(name => Says(p.Text, name)), $"{p.Id}: {family}");
            Assert.True(!p.Solo || p.Families.Count == 1, p.Id);
            if (p.Drums == false)
                Assert.Matches(Excluded(), p.Text);
            else
                Assert.DoesNotMatch(Excluded(), p.Text);
            Assert.True((p.Drums == true) == p.Families.Contains(InstrumentFamily.Drums), p.Id);
            if (p.Mood is { } mood)
                Assert.True(Words.Moods[mood].Any(word => Says(p.Text, word)), $"{p.Id}: {mood}");
            if (p.Style is { } style)
                Assert.True(EnumName<Genre>.Find(style) is not null && Says(p.Text, style), $"{p.Id}: {style}");
            if (p.Manner == PromptManner.Vague)
                Assert.True(p is { Bpm: null, Key: null, Drums: null, Mood: null, Style: null, Families.Count: 0 }, p.Id);
        });

    [Theory]
    [InlineData("\"key\": \"A minor\"", "\"key\": 1.7976931348623157e308")]
    [InlineData("\"families\": [\"piano\"]", "\"families\": [null]")]
    [InlineData("\"families\": [\"piano\"]", "\"families\": null")]
    [InlineData("\"families\": [\"piano\"]", "\"families\": [\"kazoo\"]")]
    [InlineData("\"text\": \"t\"", "\"text\": null")]
    [InlineData("\"text\": \"t\", ", "")]
    [InlineData("\"drums\": false", "\"\\ud800\": false")]
    [InlineData("\"drums\": false", "\"drums\": false, \"drums\": true")]
    public void AnEntryThatCannotBeIsRefused(string part, string hostile)
    {
        const string good = """
            {"id": "a", "seed": 1, "manner": "free", "text": "t", "key": "A minor", "families": ["piano"], "drums": false}
            """;
        Assert.Equal("A minor", Read(good).Key);
        Assert.NotEqual(good, good.Replace(part, hostile, StringComparison.Ordinal));
        Assert.Throws<MelodyException>(() => Read(good.Replace(part, hostile, StringComparison.Ordinal)));

        static EvaluationPrompt Read(string text) =>
            ConfigJson.Read<EvaluationPrompt>(ConfigJson.Parse(Encoding.UTF8.GetBytes(text), "The prompt"), "The prompt");
    }
}
