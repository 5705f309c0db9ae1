using Melody.Corpus.Records;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Music;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Tokens of transposed music are those of the same chords, so many semitones higher.</summary>
public sealed class TokenTranspositionTests
{
    private const int Tones = FrameFacts.PitchClasses;

    // codes 0 to 11 of harmony are single tones, 12 to 23 major triads on them; bass the same tones in falling order
    private static SemanticTokenizer Tokenizer()
    {
        var config = Parts.SemanticTokenizer.Config("test") with
        {
            Codebooks = [Book("harmony", 24, "chroma"), Book("bass", Tones, "bass"), Book("timbre", 4, "families")],
        };
        var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        var harmony = new float[24, Tones];
        var bass = new float[Tones, Tones];
        for (int tone = 0; tone < Tones; tone++)
        {
            harmony[tone, tone] = 1;
            foreach (int interval in new[] { 0, 4, 7 })
                harmony[Tones + tone, (tone + interval) % Tones] = 1;
            bass[Tones - 1 - tone, tone] = 1;
        }
        tokenizer.SetCentres(tokenizer.Codebooks[0], tensor(harmony));
        tokenizer.SetCentres(tokenizer.Codebooks[1], tensor(bass));
        return tokenizer;

        static CodebookConfig Book(string name, int codes, string facts) =>
            new()
            {
                Name = name,
                Codes = codes,
                Facts = [facts],
            };
    }

    [Fact]
    public void Chords_and_basses_rise_and_instruments_stay()
    {
        using var tokenizer = Tokenizer();
        var transposition = new TokenTransposition(tokenizer);
        for (int semitones = 0; semitones < TokenTransposition.Count; semitones++)
        for (int tone = 0; tone < Tones; tone++)
        {
            long higher = (tone + semitones) % Tones;
            // two frames: a tone over its own bass, and a triad over it
            long[] tokens = [tone, Tones - 1 - tone, 2, Tones + tone, Tones - 1 - tone, 3];
            transposition.Apply(semitones, tokens);
            Assert.Equal([higher, Tones - 1 - higher, 2, Tones + higher, Tones - 1 - higher, 3], tokens);
        }
    }

    [Fact]
    public void Keys_rise_and_keep_their_mode()
    {
        int minor = ControlClasses.OfKey(new MusicalKey(9, Mode.Minor)),
            major = ControlClasses.OfKey(new MusicalKey(9, Mode.Major));
        Assert.Equal(ControlClasses.OfKey(new MusicalKey(1, Mode.Minor)), TokenTransposition.Key(minor, 4));
        Assert.Equal(ControlClasses.OfKey(new MusicalKey(1, Mode.Major)), TokenTransposition.Key(major, 4));
        Assert.Equal(-1, TokenTransposition.Key(-1, 4));
    }

    [Fact]
    public void An_example_is_transposed_with_its_key()
    {
        using var folder = new TemporaryFolder();
        EncodedFixture.Write(folder.Path, shards: 1);
        using var corpus = EncodedCorpus.Open(folder.Path, EncodedFixture.Parts);
        var config = Parts.SemanticLanguageModel.Config("test") with { Window = 30 };
        var vocabulary = new SemanticVocabulary(config);
        using var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(Parts.SemanticTokenizer.Config("test"), p));
        var transposition = new TokenTransposition(tokenizer);
        const int rows = 40,
            keyOfFixture = 9;
        var batch = new SemanticWindows(corpus, DatasetSplit.Train, config, new(), 0, rows, seed: 1, transposition, transposed: 0.5).Create(
            0
        );
        var seen = new int[TokenTransposition.Count];
        for (int row = 0; row < rows; row++)
        {
            long key = batch.Conditions[row * vocabulary.ConditionCount + config.PrefixLevels + 1] - vocabulary.KeyNull - 1;
            int semitones = (int)((key - keyOfFixture + Tones) % Tones);
            seen[semitones]++;
            long[][] possible = [.. Enumerable.Range(0, 2).Select(piece => Window(piece, config.Window))];
            foreach (var tokens in possible)
                transposition.Apply(semitones, tokens);
            Assert.Contains(batch.Codes[(row * config.Window)..((row + 1) * config.Window)], possible);
        }
        Assert.InRange(seen[0], 10, 30);
        Assert.True(seen.Count(times => times > 0) > 5);
    }

    private static long[] Window(int piece, int length) =>
        [.. Enumerable.Range(10, length).Select(token => (long)EncodedFixture.Token(0, piece, token))];

    [Fact]
    public void Tokens_that_tell_no_pitches_are_refused()
    {
        var config = Parts.SemanticTokenizer.Config("test") with { Readout = 0, Codebooks = [] };
        using var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        var refusal = Assert.Throws<MelodyException>(() =>
        {
            _ = new TokenTransposition(tokenizer);
        });
        Assert.Contains("transposedShare", refusal.Message);
    }
}
