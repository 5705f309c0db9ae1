using CsCheck;
using Melody.Music;
using Melody.Prompting;

namespace Melody.Tests.Prompting;

public sealed class PromptReaderTests
{
    [Theory]
    [InlineData("driving techno at 128 bpm", 128.0)]
    [InlineData("92 BPM lo-fi hip hop", 92.0)]
    [InlineData("a 174bpm drum and bass roller", 174.0)]
    [InlineData("120-bpm house", 120.0)]
    [InlineData("waltz, 96.5 beats per minute", 96.5)]
    [InlineData("Tempo: 110, dreamy pads", 110.0)]
    [InlineData("ambient, bpm=72", 72.0)]
    [InlineData("a tempo of 140 and loud guitars", 140.0)]
    [InlineData("118-122 bpm deep house", 120.0)]
    [InlineData("80 to 90 bpm", 85.0)]
    [InlineData("120 bpm, yes, 120 BPM", 120.0)]
    [InlineData("slow and sad piano", null)]
    [InlineData("allegro con brio", null)]
    [InlineData("fast tempo, 1980s synths", null)]
    [InlineData("from 80 bpm up to 140 bpm", null)]
    [InlineData("9 bpm drone", null)]
    [InlineData("1200 bpm", null)]
    [InlineData("400 bpm speedcore", null)]
    [InlineData("120 violins play at once", null)]
    [InlineData("not 120 bpm", null)]
    [InlineData("", null)]
    [InlineData("🎹 90 bpm 🎶", 90.0)]
    [InlineData("slow piano, １２０ bpm", 120.0)]
    [InlineData("piano ١٢٠ bpm", 120.0)]
    [InlineData("between 100 and 110 bpm", 105.0)]
    [InlineData("100 and 110 bpm", 110.0)]
    [InlineData("120 BPMs", 120.0)]
    [InlineData("120+ bpm", 120.0)]
    [InlineData("120 beats per min", 120.0)]
    [InlineData("120 beats-per-minute", 120.0)]
    [InlineData("bpm around 120", 120.0)]
    [InlineData("a tempo of about 96.5", 96.5)]
    [InlineData("♩ = 120", 120.0)]
    [InlineData("tempo 80s synths", null)]
    [InlineData("tempo 1980 synths", null)]
    public void Tempo(string prompt, double? expected) => Assert.Equal(expected, PromptReader.Read(prompt).Bpm);

    [Theory]
    [InlineData("a sad ballad in A minor", "A minor")]
    [InlineData("piano in A minor slow and tender", "A minor")]
    [InlineData("in a minor, 90 bpm", "A minor")]
    [InlineData("string quartet in a minor", "A minor")]
    [InlineData("key of C", "C major")]
    [InlineData("in the key of G, fast", "G major")]
    [InlineData("in the key of f sharp minor", "F# minor")]
    [InlineData("D-flat major nocturne", "Db major")]
    [InlineData("nocturne in D flat major", "Db major")]
    [InlineData("Bb major swing", "Bb major")]
    [InlineData("bb minor trap", "Bb minor")]
    [InlineData("trance, F# min, 138 bpm", "F# minor")]
    [InlineData("F♯ minor", "F# minor")]
    [InlineData("house in F#m", "F# minor")]
    [InlineData("Bbm drill beat", "Bb minor")]
    [InlineData("folk song in Am", "A minor")]
    [InlineData("key: Em", "E minor")]
    [InlineData("Cmaj in Cmaj", "C major")]
    [InlineData("e minor metal", "E minor")]
    [InlineData("Techno. E minor. 130 bpm.", "E minor")]
    [InlineData("A minor, 90 bpm, guitar", "A minor")]
    [InlineData("A minor", "A minor")]
    [InlineData("Sonate in Cis-Moll", "C# minor")]
    [InlineData("Marsch in Es-Dur", "Eb major")]
    [InlineData("Fuge in h-Moll", "B minor")]
    [InlineData("B-Dur", "Bb major")]
    [InlineData("C sharp minor prelude", "C# minor")]
    [InlineData("a minor setback, told by a cello", null)]
    [InlineData("A minor setback, told by a cello", null)]
    [InlineData("this beat hits in a major way", null)]
    [InlineData("In A Major Way", null)]
    [InlineData("a slow song in a minor key", null)]
    [InlineData("in a minor, brooding mood", null)]
    [InlineData("in a major city at night", null)]
    [InlineData("A major film score with choir", null)]
    [InlineData("the soundtrack needs a major chorus", null)]
    [InlineData("in minor", null)]
    [InlineData("I am in love", null)]
    [InlineData("Am I dreaming", null)]
    [InlineData("the key of success", null)]
    [InlineData("key of a happy life", null)]
    [InlineData("vitamin C and B-sides", null)]
    [InlineData("plan B, grade A beats", null)]
    [InlineData("from C major to A minor", null)]
    [InlineData("not in A minor", null)]
    [InlineData("a flat, dull drone", null)]
    [InlineData("G major and then G major again", "G major")]
    [InlineData("Émigré's minor blues", null)]
    [InlineData("A minor piano", "A minor")]
    [InlineData("A minor waltz", "A minor")]
    [InlineData("A minor jazz ballad", "A minor")]
    [InlineData("A minor piano ballad, 70 bpm", "A minor")]
    [InlineData("\"A minor\" piano", "A minor")]
    [InlineData("piano in Eb", "Eb major")]
    [InlineData("piano in F#, slow", "F# major")]
    [InlineData("piano in F sharp", "F# major")]
    [InlineData("horns in B flat", "Bb major")]
    [InlineData("horns in B-flat major", "Bb major")]
    [InlineData("waltz in D", "D major")]
    [InlineData("blues in E, 90 bpm", "E major")]
    [InlineData("Am, 90 bpm", "A minor")]
    [InlineData("sad piano, Dm, slow", "D minor")]
    [InlineData("in as many ways as there are", null)]
    [InlineData("A minor detail, for piano", null)]
    [InlineData("in D minor", "D minor")]
    [InlineData("cast in A Major Way", null)]
    [InlineData("in C", "C major")]
    [InlineData("sung in A flat voice", null)]
    public void Key(string prompt, string? expected) => Assert.Equal(expected, PromptReader.Read(prompt).Key?.ToString());

    [Theory]
    [InlineData("a gentle waltz for piano", "3/4")]
    [InlineData("Valse triste", "3/4")]
    [InlineData("folk tune in 6/8", "6/8")]
    [InlineData("12/8 blues", "12/8")]
    [InlineData("prog rock in 7/8 time", "7/8")]
    [InlineData("a 5/4 groove", "5/4")]
    [InlineData("an Irish jig in six-eight", "6/8")]
    [InlineData("a twelve-eight shuffle", "12/8")]
    [InlineData("march in four-four time", "4/4")]
    [InlineData("jazz in five four", "5/4")]
    [InlineData("common time, steady", "4/4")]
    [InlineData("waltz feel, but in 4/4", "4/4")]
    [InlineData("3/4 of the song is silence", null)]
    [InlineData("recorded on 3/4/2021", null)]
    [InlineData("one two three four, count in", null)]
    [InlineData("three-four minutes of noise", null)]
    [InlineData("not a waltz", null)]
    [InlineData("first in 3/4, then in 4/4", null)]
    [InlineData("24/7 radio", null)]
    [InlineData("13/8 madness", null)]
    public void MetreOf(string prompt, string? expected) => Assert.Equal(expected, PromptReader.Read(prompt).Metre?.ToString());

    [Fact]
    public void AllThreeAtOnce() =>
        Assert.Equal(
            new MusicControls
            {
                Bpm = 92,
                Key = new(9, true),
                Metre = new(3, 4),
            },
            PromptReader.Read("A wistful waltz at 92 bpm in A minor, solo accordion") with
            {
                Instruments = null,
            }
        );

    [Fact]
    public void AnyTextIsRead() => Gen.String.Sample(text => Assert.NotNull(PromptReader.Read(text)), iter: 2000);

    [Fact]
    public void LongTextIsReadAtOnce() =>
        Assert.Equal(
            90,
            PromptReader.Read(string.Concat(Enumerable.Repeat("in a minor key of the not a very slow ", 10_000)) + "90 bpm").Bpm
        );
}
