using System.Globalization;
using System.Text.RegularExpressions;
using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Tests.Corpus.Description;

/// <summary>Reads the captions of a small corpus as a listener with the record in hand would.</summary>
public sealed class CaptionerTests
{
    private static readonly string[][] Productions =
    [
        [],
        ["lo-fi", "vinyl crackle"],
        ["hall reverb"],
        ["dry"],
        ["compressed", "bright"],
    ];

    private static readonly Lazy<List<WindowRecord>> Windows = new(() =>
    {
        var composer = new Composer(
            new CompositionOptions
            {
                Seed = 11,
                UseMma = false,
                PieceSeconds = 30,
            }
        );
        return [.. Enumerable.Range(0, 100).SelectMany(i => new PieceDescriber(composer.Compose(i), Productions[i % 5]).Windows())];
    });

    private static IEnumerable<(WindowRecord Window, string Text)> Texts =>
        Windows.Value.SelectMany(window => window.Captions.Concat(window.Tags).Select(text => (window, text)));

    [Fact]
    public void EveryClipHasSixDifferentSentencesAndNoTwoClipsShareThem()
    {
        Assert.True(Windows.Value.Count > 150);
        Assert.All(Windows.Value, window =>
        {
            Assert.True(window.Captions.Count >= 6);
            Assert.Equal(window.Captions.Count, window.Captions.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(window.Captions, caption => Assert.False(string.IsNullOrWhiteSpace(caption)));
            Assert.True(window.Tags.Count >= 5);
        });
        Assert.Equal(Windows.Value.Count, Windows.Value.Select(window => string.Join('|', window.Captions.Take(6))).Distinct().Count());
    }

    [Fact]
    public void NumbersAreThoseOfTheRecord()
    {
        var seen = 0;
        foreach (var (window, text) in Texts)
        foreach (Match match in Regex.Matches(text, @"(\d+(?:\.\d+)?) (?:bpm|beats)", RegexOptions.IgnoreCase))
        {
            seen++;
            Assert.Equal(window.Bpm, double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), 0.005);
        }
        Assert.True(seen > 200);
    }

    [Fact]
    public void NumbersInWordsAreRight()
    {
        Assert.Equal("ninety-six", EnglishNumbers.InWords(96));
        Assert.Equal("one hundred and seven", EnglishNumbers.InWords(107));
        Assert.Equal("two hundred", EnglishNumbers.InWords(200));
        Assert.Equal("seventeen", EnglishNumbers.InWords(17));
    }

    [Fact]
    public void KeysAndMetresAreThoseOfTheRecord()
    {
        var (keys, metres) = (0, 0);
        foreach (var (window, text) in Texts)
        {
            foreach (
                Match match in Regex.Matches(
                    text,
                    @"\b([a-g])(#|b|[ -]sharp|[ -]flat)? (major|minor|dorian|phrygian|lydian|mixolydian)\b",
                    RegexOptions.IgnoreCase
                )
            )
            {
                // "a major" as an article with an adjective does not occur; sharps are written "#", flats "b".
                var accidental = match.Groups[2].Value.Trim(' ', '-').ToLowerInvariant() switch
                {
                    "sharp" or "#" => "#",
                    "flat" or "b" => "b",
                    _ => "",
                };
                keys++;
                Assert.Equal(
                    window.Key.ToLowerInvariant(),
                    $"{match.Groups[1].Value}{accidental} {match.Groups[3].Value}".ToLowerInvariant()
                );
            }
            foreach (Match match in Regex.Matches(text, @"\b(\d+/\d+)\b"))
            {
                metres++;
                Assert.Equal(window.TimeSignature, match.Groups[1].Value);
            }
        }
        Assert.True(keys > 100 && metres > 40);
    }

    [Fact]
    public void EveryInstrumentNamedSounds()
    {
        // Names that are no genre or household word by themselves, the longest first so that "electric piano" is not read as "piano".
        var names = Enumerable
            .Range(0, 129)
            .SelectMany(program => Instruments.Of(program).Names.Select(name => name.ToLowerInvariant()))
            .Distinct()
            .OrderByDescending(name => name.Length)
            .ToArray();
        var programs = names.ToDictionary(
            name => name,
            name =>
                Enumerable
                    .Range(0, 129)
                    .Where(program => Instruments.Of(program).Names.Any(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    .ToHashSet()
        );
        var pattern = new Regex(@"\b(?:" + string.Join('|', names.Select(Regex.Escape)) + @")\b");
        var seen = new HashSet<string>();
        foreach (var (window, text) in Texts)
        {
            var lower = Regex.Replace(
                text.ToLowerInvariant(),
                @"drum and bass|drum loop|drum groove|drum pattern|(?:no|without) (?:drums|guitars?|synths|brass|bass)|drumless",
                ""
            );
            foreach (Match match in pattern.Matches(lower))
            {
                seen.Add(match.Value);
                // The ensemble's name may say "organ" for a church organ: a family name stands for its members.
                Assert.True(
                    window.Instruments.Any(instrument =>
                        programs[match.Value].Contains(instrument.Program)
                        || Instruments
                            .Of(instrument.Program)
                            .Names.Any(name => Regex.IsMatch(name.ToLowerInvariant(), $@"\b{Regex.Escape(match.Value)}\b"))
                        || instrument.Family.Name() == match.Value
                    ),
                    $"'{match.Value}' in '{text}' but {string.Join(", ", window.Instruments.Select(instrument => instrument.Name))} sound"
                );
            }
        }
        Assert.True(seen.Count > 40);
    }

    [Fact]
    public void WhatIsSaidToBeAbsentIsAbsent()
    {
        var seen = 0;
        foreach (var (window, text) in Texts)
        {
            var lower = text.ToLowerInvariant();
            void Absent(string words, Func<InstrumentRecord, bool> instrument)
            {
                if (!Regex.IsMatch(lower, $@"\b(?:{words})\b"))
                    return;
                seen++;
                Assert.DoesNotContain(window.Instruments, item => instrument(item));
            }
            Absent("no drums|without drums|no percussion|without percussion|drumless", instrument =>
                instrument.Family == InstrumentFamily.Drums
            );
            Absent("no vocals|without vocals|no singing|instrumental", instrument => instrument.Family == InstrumentFamily.Voice);
            Absent("no guitar|without guitars", instrument => instrument.Family == InstrumentFamily.Guitar);
            Absent("no brass", instrument => instrument.Family == InstrumentFamily.Brass);
            Absent("no bass", instrument => instrument.Family == InstrumentFamily.Bass);
            Absent("no synths|without synthesi[sz]ers", instrument => instrument.Family == InstrumentFamily.Synth);
        }
        Assert.True(seen > 100);
    }

    [Fact]
    public void ProductionIsOnlyNamedWhereItHappened()
    {
        foreach (var (window, text) in Texts)
        {
            var lower = text.ToLowerInvariant();
            if (Regex.IsMatch(lower, "reverb|hall acoustics") && !lower.Contains("no reverb", StringComparison.Ordinal))
                Assert.Contains("hall reverb", window.ProductionWords);
            if (Regex.IsMatch(lower, @"\b(vinyl|crackle|lo-fi|lofi)\b"))
                Assert.Contains("lo-fi", window.ProductionWords);
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameWords()
    {
        var composer = new Composer(
            new CompositionOptions
            {
                Seed = 11,
                UseMma = false,
                PieceSeconds = 30,
            }
        );
        var again = new PieceDescriber(composer.Compose(7), Productions[2]).Windows();
        Assert.Equal(Windows.Value.Where(window => window.PieceId == "p000007").Select(CorpusJson.Line), again.Select(CorpusJson.Line));
    }

    [Fact]
    public void TheVocabularyIsLarge()
    {
        var words = Texts
            .SelectMany(item => Regex.Matches(item.Text.ToLowerInvariant(), "[a-z'-]+").Select(match => match.Value))
            .Distinct()
            .Count();
        Assert.True(words > 900, $"{words} words in {Windows.Value.Count} clips");
    }
}
