using Melody.Corpus.Import;

namespace Melody.Fuzz.Readers;

/// <summary>Captions that people write about their music.</summary>
internal static class TableReaders
{
    public static Reader Captions(string folder, string extension)
    {
        var path = Path.Combine(folder, "captions" + extension);
        var seeds = extension switch
        {
            ".csv" => new[]
            {
                "file,caption,split,group,licence\na.wav,\"slow, sad \"\"piano\"\"\",train,one,CC0\nb.wav,fast drums,test,two,\n",
                "ytid,start_s,end_s,aspect_list,caption\nabc,30,40,\"['jazz', 'piano']\",a caption\n",
            },
            ".tsv" =>
            [
                "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\nt1\ta1\tb1\t48/948.mp3\t212.7\tgenre---rock\tinstrument---piano\n",
                "file\ttags\na.wav\tcalm; slow\n",
            ],
            _ =>
            [
                "{\"file\":\"a.wav\",\"caption\":\"caf\u00e9 "
                    + "piano\",\"tags\":[\"calm\",3],\"start\":1.5,\"end\":9}\n"
                    + "{\"file\":\"b.wav\",\"captions\":[\"x\",\"y\"],\"split\":\"test\"}\n",
            ],
        };
        return new(
            "",
            [
                .. seeds.Select(Bytes.Text),
                [0xEF, 0xBB, 0xBF, .. Bytes.Text(seeds[0])],
                [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(seeds[0])],
            ],
            ["file", "caption", "split", "train", "start_s", "\r", "\r\n", "\"\"", "\u0000", "\uFEFF", "e\u0301", "../a.wav"],
            true,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var table = CaptionTable.Read(path);
                foreach (var row in table.Rows)
                    DefectException.Unless(
                        row.Key is not null && row.Captions.All(c => c is not null) && row.Start is null or >= 0,
                        "a row that cannot be"
                    );
                _ = table.Find("a.wav");
                _ = new CaptionMatch(table, ["a.wav", "sub/b.wav", "48/948.low.mp3"], folder).Unmatched.Count;
            }
        );
    }
}
