using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Melody.Evaluation.Reports;

namespace Melody.Tests.Evaluation;

/// <summary>The page of an evaluation and its pictures, read as others would.</summary>
public sealed class ListeningPageTests
{
    [Fact]
    public void A_picture_is_a_png_that_holds_its_pixels()
    {
        byte[] pixels = [0, 1, 2, 2, 1, 0];
        var file = PngImage.Encode(3, 2, pixels, [(1, 2, 3), (4, 5, 6), (7, 8, 9)]);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < file.Length; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var body = file.AsSpan(at + 4, 4 + length).ToArray();
            Assert.Equal(Checksum(body), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            chunks[System.Text.Encoding.ASCII.GetString(body, 0, 4)] = body[4..];
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0], chunks["IHDR"]);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (byte)i), chunks["PLTE"]);
        using var inflate = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        inflate.CopyTo(rows);
        Assert.Equal([0, 0, 1, 2, 0, 2, 1, 0], rows.ToArray());

        // ISO/IEC 15948, annex D, bit by bit
        static uint Checksum(byte[] data)
        {
            uint sum = ~0u;
            foreach (byte value in data)
                for (int bit = 0; bit < 8; bit++)
                    sum = sum >> 1 ^ (((sum ^ (uint)value >> bit) & 1) != 0 ? 0xEDB88320u : 0);
            return ~sum;
        }
    }

    [Fact]
    public void The_page_is_whole_and_escapes_what_it_quotes()
    {
        var page = ListeningPage.Write(
            "A <title>",
            ["a & b"],
            [
                new(
                    "T",
                    ["note"],
                    ["what", "n"],
                    [
                        ["\"quoted\"", "no"],
                    ]
                ),
                new("Later", [], ["what"], []),
            ],
            [
                (
                    "Prompts",
                    [
                        new(
                            "<script>alert(1)</script>",
                            "seed 1",
                            [("", "sounds/a.wav", "pictures/a.png")],
                            [("120 bpm", true), ("no drums", false), ("C major", null)]
                        ),
                    ]
                ),
                ("Empty", []),
            ]
        );
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("<td>&quot;quoted&quot;</td><td class=\"wrong\">no</td>", page, StringComparison.Ordinal);
        // players before the finer figures
        Assert.True(page.IndexOf("sounds/a.wav", StringComparison.Ordinal) < page.IndexOf("Later", StringComparison.Ordinal));
        Assert.DoesNotContain("Empty", page, StringComparison.Ordinal);
        Assert.Contains("<audio controls preload=\"none\" src=\"sounds/a.wav\">", page, StringComparison.Ordinal);
        Assert.Contains("<li class=\"wrong\">no drums</li>", page, StringComparison.Ordinal);
        foreach (
            var tag in new[]
            {
                "article",
                "figure",
                "table",
                "tr",
                "td",
                "th",
                "ul",
                "li",
                "div",
                "h2",
                "h3",
                "p",
                "section",
                "body",
                "html",
            }
        )
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
    }
}
