using System.Text;
using CsCheck;
using Melody.Prompting;

namespace Melody.Tests.Prompting;

/// <summary>What must not change how a prompt is read, and what no prompt may bring about.</summary>
public sealed class PromptPropertyTests
{
    private static readonly string[] Prompts = [.. PromptTableTests.Lines.Select(line => line[0])];

    private static readonly Gen<string> Prompt = Gen.OneOf(Prompts);

    // where capitals tell nothing: no lone "A", no "Am", no sentence that begins with a key
    private static readonly Gen<string> Caseless = Gen.OneOf(
        "slow sad piano in a minor, 70 bpm",
        "techno in f#minor, 132 bpm, no drums or bass",
        "solo cello in the key of e flat, 6/8",
        "rock band with an electric guitar solo",
        "everything except drums, bb major",
        "drums: none, warm pads, a waltz",
        "a clarinet by itself, in c minor at 72 bpm",
        "no vocals, just a guitar, one hundred and twenty bpm"
    );

    // what has nothing to do with tempo, key, metre or instruments
    private static readonly Gen<string> Unrelated = Gen.OneOf(
        "for a rainy afternoon",
        "recorded in a small room",
        "like a walk by the sea",
        "warm and a little dusty",
        "the kind of thing my grandmother hums in her kitchen",
        "as heard in an old film"
    );

    private static void AssertSame(string expected, string actual)
    {
        static string Told(string text)
        {
            var read = PromptReader.Read(text);
            return FormattableString.Invariant($"{read.Bpm}, {read.Key}, {read.Metre}, {read.Instruments?.Describe()}");
        }
        Assert.True(Told(expected) == Told(actual), $"'{expected}': {Told(expected)}\n'{actual}': {Told(actual)}");
    }

    [Fact]
    public void Case_changes_nothing() =>
        Gen.Select(Caseless, Gen.Int[0, 2])
            .Sample(
                (text, manner) =>
                    AssertSame(
                        text,
                        manner switch
                        {
                            0 => text.ToUpperInvariant(),
                            1 => char.ToUpperInvariant(text[0]) + text[1..],
                            _ => text.Replace("bpm", "BPM", StringComparison.Ordinal).Replace("minor", "Minor", StringComparison.Ordinal),
                        }
                    ),
                iter: 200
            );

    [Fact]
    public void Spaces_quotes_and_marks_at_the_end_change_nothing() =>
        Gen.Select(Prompt, Gen.Int[0, 6])
            .Sample(
                (text, manner) =>
                    AssertSame(
                        text,
                        manner switch
                        {
                            0 => $"  {text}\t ",
                            1 => text.Replace(" ", "  ", StringComparison.Ordinal),
                            2 => text.Replace(' ', '\u00a0'),
                            3 => $"\"{text}\"",
                            4 => $"{text}!!",
                            5 => $"“{text}”…",
                            _ => text.Replace(", ", ",, ", StringComparison.Ordinal),
                        }
                    ),
                iter: 1500
            );

    [Fact]
    public void Full_width_forms_change_nothing() =>
        Prompt.Sample(
            text =>
                AssertSame(
                    text,
                    string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is ',' or ':' or ';' or '!' ? (char)(c + 0xFEE0) : c))
                ),
            iter: 500
        );

    [Fact]
    public void Accents_typed_as_one_character_or_two_change_nothing()
    {
        // composed and decomposed forms, written out: .NET without ICU normalises nothing
        AssertSame("solo bandone\u00f3n, caf\u00e9 mood", "solo bandoneo\u0301n, cafe\u0301 mood");
        AssertSame("no ukul\u00e9l\u00e9, soft piano", "no ukule\u0301le\u0301, soft piano");
        AssertSame("no bandoneon", "no bandone\u00f3n");
        Assert.Equal("organ alone", PromptReader.Read("solo bandoneo\u0301n").Instruments!.Describe());
    }

    [Fact]
    public void Dashes_and_apostrophes_of_every_kind_are_the_same() =>
        Gen.Select(Gen.OneOf("don't use drums", "soft piano -drums", "lo-fi, 118-122 bpm", "drum-free pads"), Gen.Int[0, 3])
            .Sample(
                (text, manner) =>
                    AssertSame(
                        text,
                        manner switch
                        {
                            0 => text.Replace('\'', '’'),
                            1 => text.Replace('-', '‑').Replace('\'', 'ʼ'),
                            2 => text.Replace('-', '–'),
                            _ => text.Replace('-', '−').Replace("'", "", StringComparison.Ordinal),
                        }
                    ),
                iter: 100
            );

    [Fact]
    public void An_unrelated_clause_changes_nothing() =>
        Gen.Select(Prompt.Where(text => !text.Contains('\n', StringComparison.Ordinal) && text.Any(char.IsLower)), Unrelated, Gen.Bool)
            .Sample((text, clause, after) => AssertSame(text, after ? $"{text}. {clause}" : $"{clause}. {text}"), iter: 1500);

    [Fact]
    public void No_family_is_both_asked_for_and_refused() =>
        Gen.Select(Prompt, Prompt, Gen.OneOf(", ", ". ", " and ", " but ", " without ", " - "))
            .Sample(
                (first, second, link) =>
                {
                    if (PromptReader.Read(first + link + second).Instruments is { } wishes)
                        Assert.Empty(wishes.Wanted.Intersect(wishes.Unwanted));
                },
                iter: 3000
            );

    /// <summary>Every way to refuse, with every instrument: it is never asked for.</summary>
    [Theory]
    [InlineData("no {0}")]
    [InlineData("soft, without any {0}")]
    [InlineData("-{0}")]
    [InlineData("a no-{0} mix")]
    [InlineData("everything except the {0}")]
    [InlineData("anything but {0}")]
    [InlineData("zero {0}")]
    [InlineData("hardly any {0}")]
    [InlineData("remove the {0}")]
    [InlineData("please drop the {0}")]
    [InlineData("{0}: none")]
    [InlineData("{0} not wanted")]
    [InlineData("{0} are not needed here")]
    [InlineData("leave the {0} out")]
    [InlineData("something rather than {0}")]
    [InlineData("instead of {0}, silence")]
    [InlineData("don't add {0}")]
    [InlineData("{0}-free")]
    [InlineData("never any {0}")]
    [InlineData("I do not want to hear {0}")]
    public void A_refused_instrument_is_never_asked_for(string form)
    {
        foreach (
            var name in new[] { "drums", "piano", "electric guitar", "strings", "choir", "saxophone", "synth pads", "organ", "trumpet" }
        )
        {
            string text = form.Replace("{0}", name, StringComparison.Ordinal);
            var read = PromptReader.Read(text).Instruments;
            Assert.True(read is null || read.Wanted.Count == 0, text);
            Assert.True(form.StartsWith("hardly", StringComparison.Ordinal) || read?.Unwanted.Count == 1, text);
        }
    }

    [Fact]
    public void Any_text_is_read() =>
        Gen.String.Sample(
            text => Assert.All(PromptReader.Explain(text).Spans, span => Assert.Equal(text.Substring(span.Start, span.Length), span.Text)),
            iter: 2000
        );

    [Fact]
    public void Any_row_of_known_words_is_read()
    {
        string[] words = [.. Prompts.SelectMany(text => text.Split(' ')).Distinct()];
        Gen.OneOf(words).Array[0, 25].Sample(row => Assert.NotNull(PromptReader.Read(string.Join(' ', row))), iter: 3000);
    }

    [Fact]
    public void Ordinary_English_is_never_complained_about()
    {
        string[] plain =
        [
            "I'd like something that doesn't sound as if it were made by someone else, please",
            "could you make me what you'd want to hear yourself, or whatever you've got?",
            "it's theirs, not ours; they'll know whether we're there, shan't they?",
            "between you and me, nobody ought to have been within these walls before",
            "although it mustn't be too loud, it should nevertheless be heard above everything",
        ];
        foreach (var text in plain)
            Assert.Empty(PromptReader.Explain(text, PromptTableTests.Vocabulary).NotUnderstood);
    }

    [Fact]
    public void A_list_of_refusals_refuses_all_that_it_names()
    {
        Assert.Equal("no voice, no drums", PromptReader.ReadRefusals("drums, vocals").Controls.Instruments!.Describe());
        Assert.Equal(
            "no guitar, no bass, no drums",
            PromptReader.ReadRefusals("drums\nbass; no electric guitar").Controls.Instruments!.Describe()
        );
        Assert.Equal("no voice", PromptReader.ReadRefusals("singing").Controls.Instruments!.Describe());
        Assert.Null(PromptReader.ReadRefusals("noise, hiss").Controls.Instruments);
        Assert.Equal(
            ["vuvuzela"],
            PromptReader.ReadRefusals("drums, vuvuzela", PromptTableTests.Vocabulary).NotUnderstood.Select(span => span.Text)
        );
        Assert.Null(PromptReader.ReadRefusals("drums at 120 bpm").Controls.Bpm);
    }
}
