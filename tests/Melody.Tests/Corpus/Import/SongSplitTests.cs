using Melody.Corpus.Import;
using Melody.Corpus.Records;

namespace Melody.Tests.Corpus.Import;

public sealed class SongSplitTests
{
    private static ImportFile File(string name, CaptionRow? row = null) => new(name, name, false, 10, row is null ? [] : [row]);

    private static ImportOptions Shares(double validation, double test) => new() { ValidationShare = validation, TestShare = test };

    [Theory]
    [InlineData("Blue Sky (drums).wav", "Blue Sky (vocals).flac")]
    [InlineData("blue_sky-bass.wav", "Blue Sky - Lead Guitar.wav")]
    [InlineData("Blue Sky.wav", "Blue Sky.mid")]
    [InlineData("Blue Sky.wav", "Blue Sky (remastered) mix.wav")]
    [InlineData("Blue Sky part 1.wav", "blue sky part2.wav")]
    [InlineData("Blue Sky/drums.wav", "Blue Sky/other.wav")]
    [InlineData("Blue Sky/stems/drums.wav", "Blue Sky/mixture.wav")]
    [InlineData("Cafe\u0301.wav", "Café vocals.wav")]
    [InlineData("Blue Sky.L.wav", "Blue Sky.R.wav")]
    [InlineData("Blue Sky (left).wav", "Blue Sky - right.wav")]
    [InlineData("Blue Sky guitar DI.wav", "Blue Sky_dry.wav")]
    public void Files_of_one_song_have_one_name(string first, string second) => Assert.Equal(SongName.Of(first), SongName.Of(second));

    [Theory]
    [InlineData("clip1.wav", "clip2.wav")]
    [InlineData("01.wav", "02.wav")]
    [InlineData("track 1.wav", "track 2.wav")]
    [InlineData("drums.wav", "bass.wav")] // at the top there is no song that they belong to
    [InlineData("Blue Sky.wav", "Blue Skies.wav")]
    [InlineData("a/song.wav", "b/song.wav")]
    [InlineData("album/Blue Sky.wav", "album/Red Sea.wav")]
    public void Other_songs_have_other_names(string first, string second) => Assert.NotEqual(SongName.Of(first), SongName.Of(second));

    [Fact]
    public void Stems_stay_together_whatever_the_seed()
    {
        string[] parts = ["drums", "bass", "vocals", "other"];
        var files = Enumerable
            .Range(0, 20)
            .SelectMany(song => parts.Select(part => File($"{(char)('a' + song)} tune_{part}.wav")))
            .ToList();
        for (ulong seed = 0; seed < 20; seed++)
        {
            var splits = new SongSplits(files, Shares(0.2, 0.1), seed);
            Assert.Equal(20, splits.Songs);
            var counts = files.GroupBy(splits.Of).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal((14 * 4, 4 * 4, 2 * 4), (counts[DatasetSplit.Train], counts[DatasetSplit.Validation], counts[DatasetSplit.Test]));
            Assert.All(files.Chunk(4), song => Assert.Single(song.Select(splits.Of).Distinct()));
        }
    }

    [Fact]
    public void No_split_is_empty_while_there_are_songs_enough()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            ImportFile[] files = [File("one.wav"), File("two.wav"), File("three.wav")];
            var three = new SongSplits(files, Shares(0.05, 0.05), seed);
            Assert.Equal([DatasetSplit.Train, DatasetSplit.Validation, DatasetSplit.Test], files.Select(three.Of).Order());
            Assert.Empty(three.Empty);
            var two = new SongSplits(files[..2], Shares(0.05, 0.05), seed);
            Assert.Equal([DatasetSplit.Test], two.Empty);
            Assert.Equal([DatasetSplit.Train, DatasetSplit.Validation], files[..2].Select(two.Of).Order());
            Assert.Equal(DatasetSplit.Train, new SongSplits(files[..1], Shares(0.5, 0.5), seed).Of(files[0]));
            Assert.Equal([DatasetSplit.Train], files.Select(new SongSplits(files, Shares(0, 0), seed).Of).Distinct());
        }
    }

    [Fact]
    public void What_a_table_says_holds_for_the_song_and_counts()
    {
        var row = new CaptionRow { Key = "x", Split = DatasetSplit.Test };
        ImportFile[] files = [File("a_drums.wav", row), File("a_bass.wav"), File("b.wav"), File("c.wav")];
        var splits = new SongSplits(files, Shares(0.3, 0.3), 1);
        Assert.Equal((DatasetSplit.Test, DatasetSplit.Test), (splits.Of(files[0]), splits.Of(files[1])));
        Assert.Equal([DatasetSplit.Train, DatasetSplit.Validation], files[2..].Select(splits.Of).Order());
        Assert.Empty(splits.Divided);
    }

    [Fact]
    public void A_song_that_the_captions_divide_is_named_and_a_file_in_two_splits_is_refused()
    {
        CaptionRow Row(DatasetSplit? split, int line) =>
            new()
            {
                Key = "x",
                Split = split,
                Line = line,
            };
        ImportFile[] files =
        [
            File("a_drums.wav", Row(DatasetSplit.Test, 2)),
            File("a_bass.wav", Row(DatasetSplit.Train, 3)),
            File("b.wav", Row(DatasetSplit.Train, 4)),
            new("c.wav", "c.wav", false, 10, [Row(DatasetSplit.Train, 5), Row(null, 6), Row(DatasetSplit.Train, 7)]),
        ];
        Assert.Equal(["a"], new SongSplits(files, Shares(0, 0), 1).Divided);
        files[3] = files[3] with { Rows = [Row(DatasetSplit.Train, 5), Row(DatasetSplit.Test, 7)] };
        var error = Assert.Throws<MelodyException>(() => new SongSplits(files, Shares(0, 0), 1));
        Assert.Contains("'train' on line 5 of the captions and in 'test' on line 7", error.Message, StringComparison.Ordinal);
    }
}
