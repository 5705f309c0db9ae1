using System.Text;
using Melody.Audio;
using Melody.Corpus.Import;
using Melody.Corpus.Records;

namespace Melody.Tests.Corpus.Import;

/// <summary>Captions are taken as they stand, or refused with their line; none is lost, cut or given to another file.</summary>
public sealed class CaptionTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CaptionTable Table(string name, string text) => Table(name, Encoding.UTF8.GetBytes(text));

    private CaptionTable Table(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder[name], bytes);
        return CaptionTable.Read(_folder[name]);
    }

    private void Song(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        new AudioClip(new float[800], 8000, 1).Write(_folder[name]);
    }

    [Theory]
    [InlineData("file,caption\na.wav,calm, slow piano\n", "Line 2", "3 cells and the header 2")]
    [InlineData("file,caption\na.wav,calm\n\nb.wav\n", "Line 4", "1 cells and the header 2")]
    [InlineData("file,caption\na.wav,calm\nb.wav,\"a 12 inch vinyl\nc.wav,loud\n", "Line 3", "never closes")]
    [InlineData("file,caption\na.wav,\"calm\" piano\n", "Line 2", "behind a closed quote")]
    [InlineData("file,caption\n,calm piano\n", "Line 2", "names no file")]
    [InlineData("file,prompt\na.wav,calm piano\n", "no column of captions", "prompt")]
    [InlineData("file,caption,caption\na.wav,first,second\n", "two columns", "caption")]
    [InlineData("file,caption,split\na.wav,calm,holdout\n", "Line 2", "holdout")]
    [InlineData("file,caption,start\n\"a\n.wav\",calm,1\nb.wav,calm,soon\n", "Line 4", "soon")]
    public void A_malformed_row_is_refused_with_its_line(string text, string where, string what)
    {
        var message = Assert.Throws<MelodyException>(() => Table("t.csv", text)).Message;
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("{\"path\":\"a.wav\",\"prompt\":\"calm\"}", "has no caption")]
    [InlineData("{\"caption\":\"calm\"}", "names no file")]
    [InlineData("{\"file\":\"a.wav\",\"caption\":\"\\ud800\"}", "not Unicode")]
    [InlineData("{\"\\ud800\":1,\"file\":\"a\"}", "not Unicode")]
    [InlineData("{\"file\":\"\\udc00\"}", "not Unicode")]
    public void A_malformed_line_of_json_is_refused(string line, string what)
    {
        var message = Assert.Throws<MelodyException>(() => Table("t.jsonl", "{\"file\":\"z\",\"caption\":\"x\"}\n" + line + "\n")).Message;
        Assert.Contains("Line 2", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file,caption\ra.wav,calm piano\r")]
    [InlineData("\uFEFFfile,caption\r\na.wav,calm piano\r\n")]
    [InlineData("file, caption\na.wav, \"calm piano\"\n")]
    [InlineData("file,caption\n./A.WAV,calm piano")]
    public void Harmless_habits_are_read(string text) => Assert.Equal(["calm piano"], Table("t.csv", text).Find("a.wav").Single().Captions);

    [Fact]
    public void Encodings_are_read_or_refused_but_not_guessed()
    {
        const string text = "file,caption\na.wav,café\n";
        Assert.Equal(["café"], Table("a.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]).Find("a.wav").Single().Captions);
        Assert.Equal(["café"], Table("b.csv", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]).Find("a.wav").Single().Captions);
        foreach (var encoding in new[] { Encoding.Latin1, Encoding.Unicode })
            Assert.Contains(
                "is not UTF-8",
                Assert.Throws<MelodyException>(() => Table("c.csv", encoding.GetBytes(text))).Message,
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("Cafe\u0301.wav", "Café.wav", true)]
    [InlineData("Café.wav", "Cafe\u0301", true)]
    [InlineData("e\u0323\u0302.wav", "\u1EC7.wav", true)] // Vietnamese
    [InlineData("\u304B\u3099.wav", "\u304C", true)] // kana
    [InlineData("\u1112\u1161\u11AB.wav", "\uD55C.wav", true)] // Hangul
    [InlineData("Cafe.wav", "Caf\u00E9.wav", false)]
    [InlineData("sub/a.wav", "sub\\a.wav", true)]
    [InlineData("sub/a.wav", "a", true)]
    [InlineData("song.remix.wav", "song.remix", true)]
    [InlineData("song.remix.wav", "song", false)]
    [InlineData("guitar_loop_with_drums.wav", "guitar_loop", false)]
    [InlineData("sub/a.wav", "other/a.wav", false)]
    [InlineData("ab.wav", "a", false)]
    [InlineData("a.wav", "a.wav.bak", false)]
    public void A_row_names_a_file_wholly_or_not_at_all(string file, string key, bool isNamed) =>
        Assert.Equal(isNamed ? 1 : 0, Table("t.csv", $"file,caption\n{key},x\n").Find(file).Count);

    [Fact]
    public void Tables_with_identifiers_match_by_them_and_others_do_not()
    {
        const string id = "abcdefghijk";
        Assert.Single(Table("a.csv", $"ytid,caption\n{id},x\n").Find(id + "_30_40.wav"));
        Assert.Empty(Table("b.csv", $"ytid,caption\n{id},x\n").Find(id + "_drums.wav"));
        Assert.Empty(Table("c.csv", $"file,caption\n{id},x\n").Find(id + "_30_40.wav"));
    }

    [Fact]
    public void Words_beside_the_music_and_those_of_the_table_come_together()
    {
        Song("in/a.wav");
        Song("in/b.wav");
        File.WriteAllText(_folder["in/a.txt"], "calm piano\rslow\r\n");
        var left = new List<CaptionRow>();
        var table = Table(
            "t.csv",
            $"file,caption,split,licence\nin/a.wav,from the table,test,CC0\nmissing.wav,lost,,\n{_folder["in"]}/b.wav,whole path,,\n"
        );
        var files = ImportFile.Find(_folder["in"], table, left);
        Assert.Equal(["from the table", "calm piano", "slow"], files[0].Rows.SelectMany(row => row.Captions));
        Assert.Equal(["whole path"], files[1].Rows.SelectMany(row => row.Captions));
        Assert.Equal(DatasetSplit.Test, new SongSplits(files, new ImportOptions(), 1).Of(files[0]));
        Assert.Equal(("missing.wav", 3), (Assert.Single(left).Key, left[0].Line));
    }

    [Fact]
    public void A_table_that_names_nothing_or_two_files_at_once_is_refused()
    {
        Song("in/x/kick.wav");
        Song("in/y/kick.wav");
        string Refusal(string text) => Assert.Throws<MelodyException>(() => ImportFile.Find(_folder["in"], Table("t.csv", text))).Message;
        Assert.Contains("names 'kick', which is 2 files", Refusal("file,caption\nkick,low\n"), StringComparison.Ordinal);
        Assert.Contains("No row of", Refusal("file,caption\nsnare,high\n"), StringComparison.Ordinal);
        File.WriteAllBytes(_folder["in/x/kick.txt"], Encoding.Latin1.GetBytes("café"));
        Assert.Contains("kick.txt' is not UTF-8", Refusal("file,caption\nx/kick,low\n"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
