using CsCheck;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Tests.Corpus.Composition;

public sealed class HarmonyTests
{
    private static readonly HarmonyStyle[] Styles = Enum.GetValues<HarmonyStyle>();

    // Reference output of SplitMix64 as published with its C source (seed 1234567).
    [Fact]
    public void RandomNumbersAreSplitMix64()
    {
        var random = new SeededRandom(1234567);
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL],
            Enumerable.Range(0, 5).Select(_ => random.NextBits())
        );
    }

    [Theory]
    [InlineData("V7/3", "G major", "D7/F#")]
    [InlineData("bVII", "D major", "C")]
    [InlineData("iiø7", "A minor", "Bm7b5")]
    [InlineData("V7>ii", "C major", "A7")]
    [InlineData("bVImaj7", "C minor", "Abmaj7")]
    [InlineData("#io7", "F major", "Gbdim7")]
    [InlineData("II/1", "C major", "D/C")]
    [InlineData("iv6", "E major", "Am6")]
    public void RomanNumeralsBecomeChords(string numeral, string key, string chord)
    {
        var parsed = MusicalKey.ParseOrNull(key)!.Value;
        Assert.Equal(chord, RomanNumerals.Parse(numeral, parsed)[0][0].NameIn(parsed));
    }

    [Theory]
    [InlineData("Eb major", -3)]
    [InlineData("F# minor", 3)]
    [InlineData("D dorian", 0)]
    [InlineData("G mixolydian", 0)]
    [InlineData("E phrygian", 0)]
    [InlineData("F lydian", 0)]
    [InlineData("B major", 5)]
    [InlineData("Eb minor", -6)]
    public void SignaturesFollowTheCircleOfFifths(string name, int sharps)
    {
        var key = MusicalKey.ParseOrNull(name)!.Value;
        Assert.Equal(sharps, key.Sharps);
        Assert.Equal(name, key.Name);
    }

    [Fact]
    public void EveryProgressionOfEveryStyleCanBeRead()
    {
        foreach (var style in Styles)
        foreach (var (mode, lines) in new[] { (Mode.Major, Progressions.Major(style)), (Mode.Minor, Progressions.Minor(style)) })
        foreach (var line in lines)
            Assert.All(RomanNumerals.Parse(line, new MusicalKey(7, mode)), bar => Assert.InRange(bar.Count, 1, 2));
    }

    [Fact]
    public void SongsCloseOnTheTonicAfterAnotherChord() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 11], Gen.Enum<Mode>(), Gen.Enum<HarmonyStyle>(), Gen.Double[50, 200])
            .Sample(
                (seed, tonic, mode, style, bpm) =>
                {
                    var key = new MusicalKey(tonic, mode);
                    var sheet = SongForm.Build(new SeededRandom(seed), key, new Metre(4, 4), bpm, style, 40);
                    var end = sheet.Sections[^1];
                    Assert.Equal(SectionName.Ending, end.Name);
                    Assert.Equal(end.Key.Tonic, sheet.Chords[^1].Chord.Root);
                    Assert.Equal(end.Key.IsMinor, sheet.Chords[^1].Chord.IsMinor);
                    var approach = sheet.Chords[^2].Chord; // dominant, subdominant or neighbour, never the tonic in root position
                    Assert.False(approach.Root == end.Key.Tonic && approach.Bass is null);
                    Assert.Equal(sheet.TotalTicks, sheet.Chords[^1].End);
                    for (var i = 1; i < sheet.Chords.Count; i++)
                        Assert.Equal(sheet.Chords[i - 1].End, sheet.Chords[i].Start);
                },
                iter: 300
            );

    // Leading notes and raised degrees apart, chords of plain major and minor keys hold only tones of the scale mostly.
    [Fact]
    public void ClassicalHarmonyStaysInTheKey()
    {
        foreach (var mode in new[] { Mode.Major, Mode.Minor })
        {
            var key = new MusicalKey(0, mode);
            var tones = (mode == Mode.Major ? Progressions.Major(HarmonyStyle.Classical) : Progressions.Minor(HarmonyStyle.Classical))
                .SelectMany(line => RomanNumerals.Parse(line, key))
                .SelectMany(bar => bar)
                .SelectMany(chord => chord.Tones.Select(tone => chord.Root + tone))
                .ToList();
            Assert.True(tones.Count(key.Contains) > 0.93 * tones.Count);
        }
    }

    [Fact]
    public void VoicingsHoldTheChordAndMoveLittle() =>
        Gen.ULong.Sample(
            seed =>
            {
                var sheet = SongForm.Build(
                    new SeededRandom(seed),
                    new MusicalKey((int)(seed % 12), Mode.Major),
                    new Metre(4, 4),
                    100,
                    HarmonyStyle.Pop,
                    30
                );
                var voicing = new Voicing(60, 3);
                int[]? before = null;
                foreach (var span in sheet.Chords)
                {
                    var pitches = voicing.Next(span.Chord);
                    Assert.All(pitches, pitch => Assert.True(span.Chord.Contains(pitch)));
                    Assert.InRange(pitches.Average(), 53, 67);
                    if (before is not null)
                        Assert.InRange(Math.Abs(pitches.Average() - before.Average()), 0, 6.5);
                    before = pitches;
                }
            },
            iter: 50
        );
}
