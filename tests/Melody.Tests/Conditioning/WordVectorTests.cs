using Melody.Conditioning;
using Melody.Nn;
using Melody.Tests.Reference;
using Melody.Training.WordVectors;
using static Melody.Tests.Conditioning.JointEmbeddingPresets;

namespace Melody.Tests.Conditioning;

/// <summary>Pretrained word vectors on their way into the word tower.</summary>
public sealed class WordVectorTests
{
    private const string Json = """
        {"precision":8,"l2NormIndex":3,"wordIndex":4,"size":6,"dimensions":3,"words":["the",",","]"],
         "vectors":{"the":[1,2,-3.5,9,0],",":[7,7,7,9,1],"piano":[0.25,1e-1,-1,9,2],
         "lo-fi":[1,1,1,9,3],"caf\u00e9":[1,1,1,9,4],"120":[4,5,6,9,5]},
         "unkVector":[0,0,0,0,-1]}
        """;

    [Fact]
    public void ReaderTakesWordsAndLeavesTheRest() => WithFile(Json, path =>
        {
            var vectors = PretrainedVectors.Read(path);
            Assert.Equal(3, vectors.Width);
            Assert.Equal(["the", "piano", "120"], vectors.Words);
            Assert.Equal([1, 2, -3.5f], vectors[0].ToArray());
            Assert.Equal([0.25f, 0.1f, -1], vectors[vectors.PlaceOf("piano")].ToArray());
            Assert.Equal([4, 5, 6], vectors[2].ToArray());
            Assert.Equal(-1, vectors.PlaceOf("guitar"));
        });

    [Fact]
    public void ReaderCrossesItsBuffer()
    {
        var entries = Enumerable.Range(0, 30_000).Select(i => $"\"{Name(i)}\":[{i},{-i},{i + 0.5},9,9,9,9,9]");
        WithFile("{\"dimensions\":3,\"vectors\":{" + string.Join(",", entries) + "}}", path =>
        {
            var vectors = PretrainedVectors.Read(path);
            Assert.True(new FileInfo(path).Length > 1 << 20);
            Assert.Equal(30_000, vectors.Words.Count);
            Assert.All(Enumerable.Range(0, 30_000), i => Assert.Equal([i, -i, i + 0.5f], vectors[vectors.PlaceOf(Name(i))].ToArray()));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{\"dimensions\":3}")]
    [InlineData("{\"dimensions\":3,\"vectors\":{\"a\":[1,2]}}")]
    [InlineData("{\"vectors\":{\"a\":[1,2]},\"dimensions\":2}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":[1,2,3")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":[1,2],\"a\":[3,4]}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":[1,1e39]}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":[1,null,2]}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":{\"b\":[1,2]}}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":1,\"b\":[1,2]}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":[[1,2]]}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"\\ud800\":[1,2]}}")]
    [InlineData("{\"dimensions\":2147483647,\"vectors\":{\"a\":[1,2]}}")]
    [InlineData("{\"dimensions\":-2,\"vectors\":{\"a\":[1,2]}}")]
    [InlineData("{\"dimensions\":2,\"vectors\":{\"a\":[1,2]},\"dimensions\":1}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void OtherFilesAreRefused(string content) =>
        WithFile(content, path =>
            Assert.Contains(
                "wink-embeddings",
                Assert.Throws<MelodyException>(() => PretrainedVectors.Read(path)).Message,
                StringComparison.Ordinal
            )
        );

    [Fact]
    public void VocabularyHoldsCaptionWordsThenNeighboursThenFrequentWords()
    {
        // "cello" points where "piano" does; the others are at right angles
        var vectors = new PretrainedVectors(
            ["the", "and", "year", "piano", "cello", "tax"],
            [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0.1f, 0, 0, 0, 0, 1, 0],
            6
        );
        string[] captions = ["Sad piano!", "piano", "PIANO, synthwave", "synthwave", "synthwave", "rare"];
        var initial = VocabularyBuilder.Build(captions, vectors, TinyWords with { VocabularySize = 5 });
        Assert.Equal(["piano", "synthwave", "cello", "the", "and"], initial.Vocabulary.Words);
        Assert.Equal([0, 0, 0, 1, 0, 0], initial.Words[..6]);
        Assert.Equal([0, 0, 0, 1, 0, 0.1f], initial.Words[12..18]);

        using var tower = new WordTower(TinyWords with { VocabularySize = 5 }, 6, initial.Vocabulary, ParameterFactory.Random(1));
        initial.CopyTo(tower);
        Assert.Equal(initial.Words.Select(v => (double)v), FixedValues.Flat(tower.WordVectors));
        Assert.Equal(initial.Pieces.Select(v => (double)v), FixedValues.Flat(tower.PieceVectors));
        Assert.Throws<MelodyException>(() => VocabularyBuilder.Build(captions, vectors, TinyWords with { VectorWidth = 7 }));
    }

    [Fact]
    public void WithoutPretrainedVectorsTheTowerKeepsItsOwn()
    {
        var initial = VocabularyBuilder.Build(["jazz jazz jazz"], null, TinyWords);
        Assert.Equal(["jazz"], initial.Vocabulary.Words);
        using var tower = new WordTower(TinyWords, 6, initial.Vocabulary, ParameterFactory.Random(1));
        var before = FixedValues.Flat(tower.WordVectors);
        initial.CopyTo(tower);
        Assert.Equal(before, FixedValues.Flat(tower.WordVectors));
    }

    [Fact]
    public void PiecesComeNearTheirWords()
    {
        // words that share letters share a direction
        string[] words = ["guitar", "guitars", "guitarist", "guitarra", "piano", "pianist", "pianos", "pianola"];
        var values = words.SelectMany(w => w[0] == 'g' ? new float[] { 1, 0 } : [0, 1]).ToArray();
        var tokenizer = new WordTokenizer(Vocabulary.Empty, 4096, 10);
        var pieces = PieceFitting.Fit(new(words, values, 2), tokenizer, 4096);
        double[] Mean(string word) => [.. Enumerable.Range(0, 2).Select(i => tokenizer.PiecesOf(word).Average(p => pieces[p * 2 + i]))];
        Assert.All(words, word => Assert.InRange(Mean(word)[word[0] == 'g' ? 0 : 1], 0.8, 1.2));
        Assert.All(words, word => Assert.InRange(Mean(word)[word[0] == 'g' ? 1 : 0], -0.1, 0.1));
        // a word never seen leans to its kind
        Assert.True(Mean("guitarists")[0] > 2 * Math.Abs(Mean("guitarists")[1]));
        Assert.True(Mean("pianistic")[1] > 2 * Math.Abs(Mean("pianistic")[0]));
    }

    private static string Name(int i) => "w" + new string([.. i.ToString("D5", null).Select(c => (char)(c - '0' + 'a'))]);

    private static void WithFile(string content, Action<string> body)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, content);
        try
        {
            body(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
