using System.Text.Json;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Tests.Foundation;

/// <summary>Enumerations in files: the spelling of the files that exist, and a sentence for every other.</summary>
public sealed class EnumNameTests
{
    [Fact]
    public void Names_are_those_of_the_files_that_exist()
    {
        Assert.Equal(["train", "validation", "test"], EnumName<DatasetSplit>.All);
        Assert.Equal(["groove", "solo", "ensemble", "score", "drums", "ambient", "recording"], EnumName<PieceKind>.All);
        Assert.Equal(["melody", "counter", "harmony", "bass", "drums"], EnumName<PlayerRole>.All);
        Assert.Equal("rock and roll", EnumName<Genre>.Of(Genre.RockAndRoll));
        Assert.Equal("cha-cha", EnumName<Genre>.Of(Genre.ChaCha));
        Assert.All(EnumName<Genre>.All, name => Assert.Equal(name, EnumName<Genre>.Of(EnumName<Genre>.Parse(name))));
    }

    [Fact]
    public void Json_holds_the_names()
    {
        Assert.Equal("\"hip hop\"", JsonSerializer.Serialize(Genre.HipHop));
        Assert.Equal(Genre.HipHop, JsonSerializer.Deserialize<Genre>("\"hip hop\""));
        var counts = new Dictionary<Genre, int> { [Genre.BigBand] = 2 };
        Assert.Equal("{\"big band\":2}", JsonSerializer.Serialize(counts));
        Assert.Equal(counts, JsonSerializer.Deserialize<Dictionary<Genre, int>>("{\"big band\":2}"));
    }

    [Theory]
    [InlineData("\"exam\"", "exam")]
    [InlineData("\"Train\"", "Train")]
    [InlineData("\"\"", "")]
    [InlineData("0", "number")]
    [InlineData("null", "null")]
    public void Other_values_list_the_valid_ones(string json, string shown)
    {
        var error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<DatasetSplit>(json));
        Assert.Equal($"Unknown dataset split '{shown}'; valid values are train, validation, test", error.Message);
    }

    [Fact]
    public void Other_names_of_a_user_list_the_valid_ones() =>
        Assert.Equal(
            "Unknown shard format 'mp3'; valid values are flac, wav.",
            Assert.Throws<MelodyException>(() => EnumName<ShardFormat>.Parse("mp3")).Message
        );
}
