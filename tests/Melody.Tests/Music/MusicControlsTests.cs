using CsCheck;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Presets;

namespace Melody.Tests.Music;

public sealed class MusicControlsTests
{
    private static readonly SemanticVocabulary Vocabulary = new(PresetFile.Read<SemanticLanguageModelConfig>("mini", "semantic-lm"));

    [Fact]
    public void TempiAreWithinAPercentOfTheirClass() =>
        Gen.Double[40, 240].Sample(bpm => Assert.InRange(ControlClasses.Tempo(ControlClasses.OfTempo(bpm)) / bpm, 1 / 1.0101, 1.0101));

    [Fact]
    public void EveryClassComesBack()
    {
        for (int i = 0; i < ControlClasses.Tempi; i++)
            Assert.Equal(i, ControlClasses.OfTempo(ControlClasses.Tempo(i)));
        for (int i = 0; i < ControlClasses.Keys; i++)
        {
            Assert.Equal(i, ControlClasses.OfKey(ControlClasses.Key(i)));
            Assert.Equal(ControlClasses.Key(i), MusicalKey.Parse(ControlClasses.Key(i).ToString()));
        }
        foreach (var metre in ControlClasses.KnownMetres)
            Assert.Equal(metre, Metre.Parse(metre.ToString()));
    }

    /// <summary>Every combination has ids of its own, between PAD and the end, and each id says what it stands for.</summary>
    [Fact]
    public void IdsAreDistinct()
    {
        var seen = new HashSet<long>();
        void Add(MusicControls? controls, int place) => Assert.True(seen.Add(Vocabulary.ControlIds(controls)[place]));
        for (int place = 0; place < 3; place++)
            Add(null, place);
        for (int i = 0; i < ControlClasses.Tempi; i++)
            Add(new() { Bpm = ControlClasses.Tempo(i) }, 0);
        for (int i = 0; i < ControlClasses.Keys; i++)
            Add(new() { Key = ControlClasses.Key(i) }, 1);
        foreach (var metre in ControlClasses.KnownMetres)
            Add(new() { Metre = metre }, 2);
        Assert.Equal(Enumerable.Range(Vocabulary.Pad + 1, Vocabulary.Count - Vocabulary.Pad - 1).Select(i => (long)i), seen.Order());
    }

    [Fact]
    public void LayoutIsThePapers()
    {
        var paper = new SemanticVocabulary(PresetFile.Read<SemanticLanguageModelConfig>("paper", "semantic-lm"));
        Assert.Equal((12288, 13312, 13314, 13), (paper.SemanticStart, paper.Bos, paper.Count, paper.ConditionCount));
        var ids = paper.Conditions([5, 0, 1023, 0, 0, 0, 0, 0, 0, 0, 0, 7], new() { Bpm = 90 });
        Assert.Equal([5, 1024, 2 * 1024 + 1023], ids[..3]);
        Assert.Equal([11 * 1024 + 7, 13312], ids[11..]);
        Assert.Equal(16, Vocabulary.ConditionCount);
        Assert.Throws<ArgumentException>(() => paper.Conditions([1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => paper.Conditions([1024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void TensorConditionsEqualThoseOfOneSong()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var controls = new MusicControls { Bpm = 92, Metre = new(3, 4) };
        long[] prefix = [5, 0, 1023, 9, 8, 7, 6, 5, 4, 3, 2, 1];
        var ids = Vocabulary.Conditions(
            TorchSharp.torch.tensor(prefix).unsqueeze(0),
            TorchSharp.torch.tensor(Vocabulary.ControlIds(controls)).unsqueeze(0)
        );
        Assert.Equal(Vocabulary.Conditions(prefix, controls), ids.data<long>().ToArray());
    }

    [Theory]
    [InlineData("A minor", 9, true)]
    [InlineData("Am", 9, true)]
    [InlineData("a-moll", 9, true)]
    [InlineData("Bb major", 10, false)]
    [InlineData("B flat", 10, false)]
    [InlineData("A#", 10, false)]
    [InlineData("F# min", 6, true)]
    [InlineData("G♭ major", 6, false)]
    [InlineData("Cis-Moll", 1, true)]
    [InlineData("Des-Dur", 1, false)]
    [InlineData("As-Dur", 8, false)]
    [InlineData("H-Moll", 11, true)]
    [InlineData("B-Dur", 10, false)]
    [InlineData("Cb", 11, false)]
    [InlineData("B#", 0, false)]
    [InlineData("  eb MINOR ", 3, true)]
    [InlineData("CM", 0, false)]
    public void KeyNames(string text, int tonic, bool minor) => Assert.Equal(new MusicalKey(tonic, minor), MusicalKey.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("H major")]
    [InlineData("J minor")]
    [InlineData("A dorian")]
    [InlineData("C#m7")]
    [InlineData("minor")]
    public void WhatIsNoKeyIsRefused(string? text) => Assert.Throws<MelodyException>(() => MusicalKey.Parse(text));

    [Theory]
    [InlineData("3")]
    [InlineData("3/5")]
    [InlineData("0/4")]
    [InlineData("-3/4")]
    [InlineData("three four")]
    [InlineData(null)]
    public void WhatIsNoMetreIsRefused(string? text) => Assert.Throws<MelodyException>(() => Metre.Parse(text));

    [Fact]
    public void WhatHasNoClassIsRefused()
    {
        Assert.Throws<MelodyException>(() => ControlClasses.OfTempo(39));
        Assert.Throws<MelodyException>(() => ControlClasses.OfTempo(double.NaN));
        Assert.Throws<MelodyException>(() => ControlClasses.OfTempo(-1));
        Assert.Throws<MelodyException>(() => ControlClasses.OfMetre(new(13, 8)));
    }

    [Fact]
    public void OpenControlsAreFilled()
    {
        var given = new MusicControls { Bpm = 100 };
        Assert.Equal(new MusicControls { Bpm = 100, Key = new(0, false) }, given.Or(new() { Bpm = 90, Key = new(0, false) }));
        Assert.Same(given, given.Or(null));
    }
}
