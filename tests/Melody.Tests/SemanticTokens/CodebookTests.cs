using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Tests.SemanticTokens;

/// <summary>Several codebooks divide a readout, each a part of it, and every frame gets a token of each.</summary>
public sealed class CodebookTests
{
    private static readonly CodebookConfig Harmony = new()
    {
        Name = "harmony",
        Codes = 7,
        Facts = ["bass", "chroma"],
    };

    private static readonly CodebookConfig Timbre = new()
    {
        Name = "timbre",
        Codes = 5,
        Facts = ["families"],
    };

    private static SemanticTokenizerConfig Test => Parts.SemanticTokenizer.Config("test") with { Readout = FrameFacts.Count };

    private static SemanticTokenizer Make(params IReadOnlyList<CodebookConfig> books)
    {
        using var parameters = ParameterFactory.Random(3);
        var tokenizer = new SemanticTokenizer(Test with { Codebooks = books }, parameters);
        tokenizer.eval();
        return tokenizer;
    }

    [Fact]
    public void Each_token_is_the_nearest_centre_over_its_part_of_the_readout()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var tokenizer = Make(Harmony, Timbre);
        random.manual_seed(2);
        tokenizer.SetStatistics(rand(FrameFacts.Count), 0.5 + rand(FrameFacts.Count));
        var centres = new Dictionary<string, float[]>();
        foreach (var book in tokenizer.Codebooks)
        {
            var drawn = randn(book.Codes, book.Values.Count);
            tokenizer.SetCentres(book, drawn);
            centres[book.Name!] = drawn.data<float>().ToArray();
        }
        const int Frames = 12;
        var audio = 0.1 * randn(2, Frames * tokenizer.Config.Hop);
        var values = tokenizer.Normalize(tokenizer.Embed(audio)).data<float>().ToArray();
        var tokens = tokenizer.Tokenize(audio);
        Assert.Equal([2, Frames, 2], tokens.shape);
        int[][] parts =
        [
            [.. Enumerable.Range(0, 24)],
            [.. Enumerable.Range(30, 12)],
        ];
        for (int frame = 0; frame < 2 * Frames; frame++)
        for (int b = 0; b < 2; b++)
        {
            var mine = centres[b == 0 ? "harmony" : "timbre"];
            int expected = Enumerable
                .Range(0, b == 0 ? 7 : 5)
                .MinBy(code =>
                    parts[b]
                        .Select((value, i) => Math.Pow(values[frame * FrameFacts.Count + value] - mine[code * parts[b].Length + i], 2))
                        .Sum()
                );
            Assert.Equal(expected, tokens[frame / Frames, frame % Frames, b].item<long>());
        }
    }

    [Fact]
    public void One_codebook_keeps_the_name_of_its_centres_and_several_have_their_own()
    {
        using var one = Make();
        using var two = Make(Harmony, Timbre);
        Assert.Contains("centres", one.state_dict().Keys);
        Assert.Equal(
            ["centres_harmony", "centres_timbre"],
            two.state_dict().Keys.Where(key => key.StartsWith("centres", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_codebook_of_unknown_facts_or_with_an_odd_or_doubled_name_is_refused()
    {
        string Refusal(params IReadOnlyList<CodebookConfig> books) => Assert.Throws<MelodyException>(() => Make(books)).Message;
        Assert.Contains(
            "Unknown facts 'lyrics'; valid names are chroma, bass",
            Refusal(Harmony with { Facts = ["lyrics"] }).Replace(" in a codebook", "")
        );
        Assert.Contains("'Harmony 1'", Refusal(Harmony with { Name = "Harmony 1" }));
        Assert.Contains("same name", Refusal(Harmony, Harmony));
        Assert.Contains("no facts", Refusal(Harmony with { Facts = [] }));
        using var parameters = ParameterFactory.Random(3);
        string Untold(int readout, CodebookConfig book) =>
            Assert
                .Throws<MelodyException>(() => new SemanticTokenizer(Test with { Readout = readout, Codebooks = [book] }, parameters))
                .Message;
        Assert.Contains("readout is 0", Untold(0, Harmony));
        Assert.Contains("divides halves, which a readout of 49", Untold(49, Harmony with { Facts = ["chroma", "halves"] }));
    }
}
