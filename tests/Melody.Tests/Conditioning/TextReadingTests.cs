using CsCheck;
using Melody.Conditioning;

namespace Melody.Tests.Conditioning;

/// <summary>From what people type to the words of a vocabulary.</summary>
public sealed class TextReadingTests
{
    private static readonly WordTokenizer Tokenizer = new(JointEmbeddingPresets.Words, 64, 100);

    [Theory]
    [InlineData("SAD Piano!!!", "sad piano")]
    [InlineData("  sad,piano;slow—rain\t\n", "sad piano slow rain")]
    [InlineData("120bpm", "120 bpm")]
    [InlineData("120 BPM", "120 bpm")]
    [InlineData("lo-fi 8-bit '80s", "lo fi 8 bit 80 s")]
    [InlineData("don't rock ’n’ roll", "dont rock n roll")]
    [InlineData("r&b", "r and b")]
    [InlineData("C# minor, B♭ major, F♯", "c sharp minor b flat major f sharp")]
    [InlineData("#relaxing", "relaxing")]
    [InlineData("3/4 at 92.5", "3 4 at 92 5")]
    [InlineData("Café Señor Dvořák Łódź Björk straße", "cafe senor dvorak lodz bjork strasse")]
    [InlineData("Cafe\u0301", "cafe")]
    [InlineData("ＪＡＺＺ １２０", "jazz 120")]
    [InlineData("𝓼𝓪𝓭 𝐏𝐢𝐚𝐧𝐨 𝟙𝟚", "sad piano 12")]
    [InlineData("ﬁddle ﬂute œuvre", "fiddle flute oeuvre")]
    [InlineData("Tiếng Việt", "tieng viet")]
    [InlineData("١٢٠ bpm", "120 bpm")]
    [InlineData("ГРУСТНОЕ пианино", "грустное пианино")]
    [InlineData("悲しいピアノ", "悲しいピアノ")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("pia\u200bno", "piano")]
    [InlineData("🎹❤️ sad 👩‍🎤", "sad")]
    [InlineData("🎹🎻", "")]
    [InlineData("", "")]
    [InlineData("?!… — --", "")]
    public void TextIsCutIntoFoldedWords(string text, string words) => Assert.Equal(words, string.Join(' ', WordSplitter.Split(text)));

    [Theory]
    [InlineData("sad piano", "0 1")]
    [InlineData("Sád-PIANO", "0 1")]
    [InlineData("pinao paino piano piaano pian pisno ipano", "1 1 1 1 1 1 1")]
    [InlineData("guitars Giutar", "3 3")]
    [InlineData("harpsicord harpsicrod harpsichords", "4 4 4")]
    [InlineData("hrpscord", "-1")] // three letters are missing
    [InlineData("volcano", "-1")] // two replaced letters are too many for so short a word, and it starts otherwise
    [InlineData("sda jaz", "-1 -1")] // too short to be corrected
    [InlineData("121", "-1")] // a number is no misspelt number
    public void TypingErrorsFindTheirWord(string text, string ids) =>
        Assert.Equal(ids, string.Join(' ', Tokenizer.Tokenize(text).Select(token => token.Word)));

    [Fact]
    public void LongTextsAndWordsAreCut()
    {
        Assert.Equal(100, Tokenizer.Tokenize(string.Concat(Enumerable.Repeat("word ", 10_000))).Count);
        Assert.All(WordSplitter.Split(new string('x', 1000)), word => Assert.InRange(word.Length, 1, WordSplitter.LongestWord));
        Assert.Equal(1000, WordSplitter.Split(new string('x', 1000)).Sum(word => word.Length));
    }

    [Fact]
    public void AnyStringGivesCleanWords() =>
        Gen.String.Sample(
            text =>
            {
                foreach (var word in WordSplitter.Split(text))
                {
                    Assert.InRange(word.Length, 1, WordSplitter.LongestWord + 4);
                    Assert.Equal([word], WordSplitter.Split(word));
                    Assert.All(Tokenizer.PiecesOf(word), piece => Assert.InRange(piece, 0, 63));
                }
            },
            iter: 500
        );

    [Fact]
    public void PiecesAreTheHashedNGrams()
    {
        foreach (var word in new[] { "a", "ab", "xylo", "悲しい", "harpsichordist" })
            Assert.Equal(PlainTowers.Pieces(word, 64).Order(), Tokenizer.PiecesOf(word).Order());
        Assert.Equal(1 + 4 + 3 + 2, Tokenizer.PiecesOf("xylo").Length); // <xylo>: whole, four 3-grams, three 4-grams, two 5-grams
    }

    [Fact]
    public void EditDistanceIsItsRecursion()
    {
        int Plain(string a, string b, int i, int j)
        {
            if (i == 0 || j == 0)
                return i + j;
            int best = Math.Min(Plain(a, b, i - 1, j), Plain(a, b, i, j - 1)) + 1;
            best = Math.Min(best, Plain(a, b, i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = Math.Min(best, Plain(a, b, i - 2, j - 2) + 1);
            return best;
        }
        var word = Gen.Char["abc"].Array[0, 5].Select(letters => new string(letters));
        Gen.Select(word, word, Gen.Int[0, 6])
            .Sample(
                (a, b, limit) => Assert.Equal(Math.Min(Plain(a, b, a.Length, b.Length), limit + 1), EditDistance.Between(a, b, limit)),
                iter: 300
            );
    }

    [Fact]
    public void VocabulariesSurviveTheirFile()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, JointEmbeddingPresets.Words.ToText());
            Assert.Equal(JointEmbeddingPresets.Words.Words, Vocabulary.Read(path).Words);
            Assert.Equal(["a", "b"], Vocabulary.Parse("a\r\nb\r\n").Words);
            Assert.Empty(Vocabulary.Parse("").Words);
            File.WriteAllText(path, "a\nb\na\n");
            Assert.Contains("Line 3", Assert.Throws<MelodyException>(() => Vocabulary.Read(path)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, [0x61, 0x80, 0x81]);
            Assert.Throws<MelodyException>(() => Vocabulary.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Throws<MelodyException>(() => Vocabulary.Read(path));
    }
}
